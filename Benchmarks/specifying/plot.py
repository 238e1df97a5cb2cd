"""Lines of cost against size, on two logarithmic axes, as an SVG."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 560, 360, 70, 50, 36, 110
COLOURS = ["#1f5fbf", "#c0392b", "#2e8b57", "#8e44ad"]


def ticks(low, high):
    return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def drawing(title, across, series):
    """An SVG of {name: [(x, milliseconds)]}."""
    points = [point for line in series.values() for point in line]
    (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*points))
    low, high = ticks(low, high)[0], ticks(low, high)[-1]
    right = right if right > left else 10 * left

    def place(x, y):
        part = math.log(x / left) / math.log(right / left), math.log(y / low) / math.log(high / low)
        inner = WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM - TOP
        return LEFT + part[0] * inner[0], HEIGHT - BOTTOM - part[1] * inner[1]

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>',
    ]
    for value in ticks(low, high):
        _, y = place(left, value)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g} ms</text>')
    for value in sorted({point[0] for point in points}):
        x, _ = place(value, low)
        out.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{value:,}</text>')
    # Names stand at the ends of their lines, and none upon another.
    names, lowest = {}, 0.0
    for name, line in sorted(series.items(), key=lambda item: -item[1][-1][1]):
        names[name] = lowest = max(place(*line[-1])[1] + 4, lowest + 14)
    for (name, line), colour in zip(series.items(), COLOURS):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line))
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, _ = place(*line[-1])
        out.append(f'<text x="{x + 6:.1f}" y="{names[name]:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*out, "</svg>", ""])
