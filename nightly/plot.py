"""Small pictures of a target's nights, as SVG inside the page. Colours come from the page."""
import html

WIDTH = 320
HEIGHT = 120
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 10, 20
NIGHTS_SHOWN = 14


def short(number):
    """1234567 is '1.2M'; below that the differences of some features shall show."""
    for limit, unit in ((1e9, "G"), (1e6, "M")):
        if number >= limit:
            return f"{number / limit:.1f}".rstrip("0").rstrip(".") + unit
    return f"{number:,.0f}"


def duration(seconds):
    if seconds >= 5400:
        return f"{seconds / 3600:.1f}".rstrip("0").rstrip(".") + " h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


class Frame:
    """Axes from the least to the greatest value, and where a value lies."""

    def __init__(self, x_max, y_min, y_max, title):
        self.x_max = x_max or 1
        self.y_min = y_min
        self.y_max = y_max if y_max > y_min else y_min + 1
        self.parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
                      f'aria-label="{html.escape(title)}">']
        for value in (self.y_min, (self.y_min + self.y_max) / 2, self.y_max):
            y = self.y(value)
            self.parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
                              f'y1="{y}" y2="{y}"/>')
        for value in (y_min, y_max) if y_max > y_min else (y_min,):
            self.text(LEFT - 4, self.y(value) + 3.5, short(value), "end")

    def x(self, value):
        return round(LEFT + (WIDTH - LEFT - RIGHT) * value / self.x_max, 1)

    def y(self, value):
        share = (value - self.y_min) / (self.y_max - self.y_min)
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)

    def text(self, x, y, text, anchor):
        self.parts.append(f'<text x="{x}" y="{y}" text-anchor="{anchor}">'
                          f"{html.escape(text)}</text>")

    def svg(self):
        return "".join(self.parts) + "</svg>"


def growth(curves, title):
    """Curves of (seconds, value), tonight's last: it is drawn strong, the earlier ones faint."""
    curves = [curve for curve in curves if curve]
    if not curves:
        return ""
    values = [value for curve in curves for _, value in curve]
    frame = Frame(max(curve[-1][0] for curve in curves), min(values), max(values), title)
    for curve in curves:
        last = curve is curves[-1]
        # A value holds until the next one.
        points = [f"M{frame.x(curve[0][0])} {frame.y(curve[0][1])}"]
        for seconds, value in curve[1:]:
            points.append(f"H{frame.x(seconds)}V{frame.y(value)}")
        frame.parts.append(f'<path class="{"tonight" if last else "earlier"}" '
                           f'd="{"".join(points)}"/>')
        if last:
            frame.parts.append(f'<circle class="tonight" cx="{frame.x(curve[-1][0])}" '
                               f'cy="{frame.y(curve[-1][1])}" r="3"/>')
    frame.text(LEFT, HEIGHT - 6, "0", "middle")
    frame.text(WIDTH - RIGHT, HEIGHT - 6, duration(frame.x_max), "end")
    return frame.svg()


def bars(nights, title):
    """(night, value) for the last nights, tonight's last."""
    nights = nights[-NIGHTS_SHOWN:]
    if not nights:
        return ""
    frame = Frame(max(len(nights), 6), 0, max(value for _, value in nights), title)
    width = frame.x(1) - frame.x(0)
    for at, (night, value) in enumerate(nights):
        kind = "tonight" if at == len(nights) - 1 else "earlier"
        y = frame.y(value)
        frame.parts.append(
            f'<rect class="{kind}" x="{frame.x(at) + width * .15:.1f}" y="{y}" '
            f'width="{width * .7:.1f}" height="{max(0.5, HEIGHT - BOTTOM - y):.1f}">'
            f"<title>night {night}: {value:,.0f}</title></rect>")
        frame.text(round(frame.x(at + .5), 1), HEIGHT - 6, str(night), "middle")
    return frame.svg()


def trend(nights, title):
    """(night, value) for the last nights as a line; the scale shows the differences."""
    nights = nights[-NIGHTS_SHOWN:]
    values = [value for _, value in nights]
    frame = Frame(max(len(nights), 6), min(values), max(values), title)
    spots = [(frame.x(at + .5), frame.y(value)) for at, value in enumerate(values)]
    frame.parts.append('<path class="earlier" d="M'
                       + "L".join(f"{x} {y}" for x, y in spots) + '"/>')
    for (x, y), (night, value) in zip(spots, nights):
        kind = "tonight" if night == nights[-1][0] else "earlier"
        frame.parts.append(f'<circle class="{kind}" cx="{x}" cy="{y}" r="3">'
                           f"<title>night {night}: {value:,}</title></circle>")
        frame.text(x, HEIGHT - 6, str(night), "middle")
    return frame.svg()
