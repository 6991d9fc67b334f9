package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.tensor.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PtxTest {
  private static final String HEAD = ".visible .entry k(\n";

  @Test
  void aKernelSaysWhatItTakes() {
    Ptx.Entry entry = Ptx.of(GpuProgram.of("affine", DType.FLOAT64)).entry("affine");
    assertEquals(
        List.of(Ptx.Kind.INT64, Ptx.Kind.INT64, Ptx.Kind.INT64, Ptx.Kind.FLOAT64, Ptx.Kind.FLOAT64),
        entry.parameters());
    assertEquals(256, entry.mostWorkItems());
  }

  @Test
  void groupsOfTwoAxesHaveTheProductOfBoth() {
    Ptx movement = Ptx.of(GpuProgram.of("movement", Map.of("ELEMENT", "UINT", "VALUE", "UINT")));
    assertEquals(32 * 8, movement.entry("transpose").mostWorkItems());
  }

  @Test
  void everyKindOfParameterIsRead() {
    String text =
        HEAD
            + "\t.param .u64 .ptr .global .align 4 a,\n\t.param .s32 b,\n\t.param .align 4 .f32 c,\n"
            + "\t.param .f64 d\n)\n.maxntid 8\n.minnctapersm 1\n{\n}\n";
    Ptx.Entry entry = new Ptx("test", text).entry("k");
    assertEquals(
        List.of(Ptx.Kind.INT64, Ptx.Kind.INT32, Ptx.Kind.FLOAT32, Ptx.Kind.FLOAT64),
        entry.parameters());
    assertEquals(8, entry.mostWorkItems());
  }

  @Test
  void whatIsNoKindOfParameterIsNamed() {
    String text = HEAD + "\t.param .align 8 .b8 a[16]\n)\n.maxntid 8, 1, 1\n{\n}\n";
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new Ptx("test", text))
            .getMessage()
            .contains(".b8"));
  }

  @Test
  void aKernelWithoutGroupsIsNamed() {
    String text = HEAD + "\t.param .u64 a\n)\n{\n.maxntid 8, 1, 1\n}\n";
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new Ptx("test", text))
            .getMessage()
            .contains("kernel k in test must say .maxntid"));
  }

  @Test
  void aProgramThatWasNotCompiledSaysWhatToDo() {
    GpuProgram program = GpuProgram.of("affine", DType.FLOAT32).with("COLOUR", "blue");
    String message = assertThrows(KernelBuildException.class, () -> Ptx.of(program)).getMessage();
    assertTrue(message.contains("program affine (-DCOLOUR=blue)"), message);
    assertTrue(message.contains("ptx/affine.COLOUR-blue.ptx"), message);
    assertTrue(message.contains("scripts/compile-kernels.sh"), message);
  }

  @Test
  void aKernelThatIsNotThereIsNamedBesideThoseThatAre() {
    Ptx affine = Ptx.of(GpuProgram.of("affine", DType.FLOAT32));
    String message =
        assertThrows(KernelBuildException.class, () -> affine.entry("refine")).getMessage();
    assertTrue(message.contains("no kernel refine in ptx/affine.ptx"), message);
    assertTrue(message.contains("which has [affine]"), message);
  }
}
