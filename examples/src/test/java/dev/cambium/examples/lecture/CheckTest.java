package dev.cambium.examples.lecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckTest {
  @Test
  void theLargestDifferenceDecides() {
    double[] ours = {0.1302, 0.8690};
    assertTrue(Check.lecture("p", "0.1300 0.8690", ours, 2.1e-4).passed());
    Check failed = Check.lecture("p", "0.1300 0.8690", ours, 1.9e-4);
    assertFalse(failed.passed());
    assertEquals("off by 2.0e-04, bound 1.9e-04", failed.finding());
    assertEquals("0.130200 0.869000", failed.figures().get(1).text());
  }

  @Test
  void whatIsNoNumberOrMissingFails() {
    assertFalse(Check.lecture("p", "1.0", new double[] {Double.NaN}, 1).passed());
    assertFalse(Check.lecture("p", "1.0 2.0", new double[] {1}, 1).passed());
    assertFalse(Check.atMost("p", Double.NaN, 1).passed());
    assertFalse(Check.standardErrors("p", Double.NaN).passed());
  }

  @Test
  void bitsAreComparedWithTheirType() {
    HostArray one = HostArray.of(Shape.of(1), 1f);
    assertTrue(Check.sameBits("p", one, one.copy()).passed());
    assertFalse(Check.sameBits("p", one, HostArray.of(Shape.of(1), Math.nextUp(1f))).passed());
    assertFalse(Check.sameBits("p", one, HostArray.of(Shape.of(1, 1), 1f)).passed());
  }

  @Test
  void aRowIsALineForEachCheckOrABlockWhereItIsLong() {
    Row row = new Row(7, "title", Optional.of("a note"), Optional.empty());
    Check line = Check.lecture("short", "1.0", new double[] {1.5}, 1);
    Check bad = Check.atMost("longer name", 2, 1);
    String many = "1.000000 2.000000 3.000000 4.000000 5.000000";
    Check block = Check.lecture("long", many, Check.numbers(many), 0);
    assertEquals(
        List.of(
            "  row 7  title" + " ".repeat(60) + "FAIL",
            "         short         lecture 1.0   ours 1.500   off by 5.0e-01, bound 1.0e+00",
            "         longer name                              FAIL off by 2.0e+00, bound 1.0e+00",
            "         long: exact",
            "           lecture  " + many,
            "           ours     " + many,
            "         ! a note"),
        RowText.of(row, List.of(line, bad, block)));
  }
}
