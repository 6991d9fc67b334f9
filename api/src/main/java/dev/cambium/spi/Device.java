package dev.cambium.spi;

import java.util.Locale;

/**
 * A device that a provider can open.
 *
 * @param id what to write after the colon of {@code NAME:DEVICE}
 * @param description name and size, for people; a part of it that is no number chooses the device
 *     too, in any case: {@code opencl:nvidia}
 * @param speed a rough rank among all devices of the machine: the highest is chosen when nobody
 *     chooses (reference 0, a CPU 10, a GPU 100 and more; an OpenCL device that is a CPU stays
 *     below the cpu backend)
 */
public record Device(String id, String description, int speed) {
  /** Whether a text is empty, or no number and a part of the description in any case. */
  public boolean isDescribedBy(String part) {
    return part.isEmpty()
        || !part.matches("[0-9]+")
            && description.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }
}
