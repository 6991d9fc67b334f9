package dev.cambium.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Histograms side by side under one title, as a picture: how the activations of one layer after
 * another spread. Below each stand the ends of its axis, and the height of the axis is that of its
 * largest bar.
 *
 * @param title above all panels
 * @param panels the histograms, from the left
 */
public record HistogramPlot(String title, List<Panel> panels) {
  private static final int PANEL_WIDTH = 150;
  private static final int PANEL_HEIGHT = 120;
  private static final int GAP = 16;
  private static final int HEADING = 28;
  private static final int LINE = 18;
  private static final Color BAR = new Color(31, 119, 180);
  private static final Color AXIS = new Color(96, 96, 96);

  /**
   * One histogram: how many values lie in each of several parts of equal width of an interval.
   *
   * @param title above the panel
   * @param low the lower end of the axis
   * @param high the upper end, above {@code low}
   * @param counts the height of each bar, from the left; at least one, none negative
   */
  public record Panel(String title, double low, double high, List<Long> counts) {
    /** Checks the axis and copies the counts. */
    public Panel {
      Objects.requireNonNull(title, "title");
      counts = List.copyOf(counts);
      if (!(low < high && Double.isFinite(low) && Double.isFinite(high))) {
        throw new IllegalArgumentException(
            "a panel needs a finite axis with low < high, got low " + low + ", high " + high);
      }
      if (counts.isEmpty() || counts.stream().anyMatch(count -> count < 0)) {
        throw new IllegalArgumentException(
            "a panel needs at least one bar and no negative count, got " + counts);
      }
    }

    /**
     * The histogram of {@code values} over [low, high] in so many bars. What lies outside counts in
     * the bar at that end; what is no number is left out.
     */
    public static Panel of(String title, double[] values, double low, double high, int bars) {
      if (bars < 1) {
        throw new IllegalArgumentException("a panel needs at least one bar, got " + bars);
      }
      long[] counts = new long[bars];
      for (double value : values) {
        if (!Double.isNaN(value)) {
          double place = (value - low) / (high - low) * bars;
          counts[(int) Math.max(0, Math.min(bars - 1, Math.floor(place)))]++;
        }
      }
      List<Long> list = new ArrayList<>();
      for (long count : counts) {
        list.add(count);
      }
      return new Panel(title, low, high, list);
    }
  }

  /** Checks that there is a panel. */
  public HistogramPlot {
    Objects.requireNonNull(title, "title");
    panels = List.copyOf(panels);
    if (panels.isEmpty()) {
      throw new IllegalArgumentException("a histogram plot needs at least one panel, got none");
    }
  }

  /** The picture, three channels. */
  public Image draw() {
    int width = panels.size() * (PANEL_WIDTH + GAP) + GAP;
    int height = HEADING + LINE + PANEL_HEIGHT + LINE + GAP;
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      graphics.setColor(Color.BLACK);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
      graphics.drawString(title, GAP, HEADING - 8);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
      for (int i = 0; i < panels.size(); i++) {
        draw(panels.get(i), graphics, GAP + i * (PANEL_WIDTH + GAP), HEADING + LINE);
      }
    } finally {
      graphics.dispose();
    }
    return ImageDecoder.converted(picture, 3);
  }

  private static void draw(Panel panel, Graphics2D graphics, int left, int top) {
    int bottom = top + PANEL_HEIGHT;
    int bars = panel.counts().size();
    long largest = Math.max(1, panel.counts().stream().mapToLong(Long::longValue).max().orElse(1));
    graphics.setColor(BAR);
    for (int i = 0; i < bars; i++) {
      int from = left + i * PANEL_WIDTH / bars;
      int to = left + (i + 1) * PANEL_WIDTH / bars;
      int tall = (int) Math.round((double) PANEL_HEIGHT * panel.counts().get(i) / largest);
      graphics.fillRect(from, bottom - tall, Math.max(1, to - from), tall);
    }
    graphics.setColor(AXIS);
    graphics.drawLine(left, bottom, left + PANEL_WIDTH - 1, bottom);
    graphics.drawLine(left, top, left, bottom);
    graphics.setColor(Color.BLACK);
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.drawString(panel.title(), left, top - 5);
    graphics.drawString(label(panel.low()), left, bottom + 14);
    String high = label(panel.high());
    graphics.drawString(high, left + PANEL_WIDTH - metrics.stringWidth(high), bottom + 14);
  }

  /** An end of an axis with up to three significant digits. */
  private static String label(double value) {
    return String.format(Locale.ROOT, "%.3g", value)
        .replaceFirst("(\\.\\d*?)0+$", "$1")
        .replaceFirst("\\.$", "");
  }
}
