package dev.cambium.spi;

/**
 * A device that a provider can open.
 *
 * @param id what to write after the colon of {@code NAME:DEVICE}
 * @param description name and size, for people
 * @param speed a rough rank among all devices of the machine: the highest is chosen when nobody
 *     chooses (reference 0, a CPU 10, a GPU 100 and more; an OpenCL device that is a CPU stays
 *     below the cpu backend)
 */
public record Device(String id, String description, int speed) {}
