"""A curve of cost against size, both by factors of ten, as SVG."""

import math

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 400, 70, 50
COLOURS = ["#1f5fa8", "#b3541e", "#3b7d3b", "#777777"]


def draw(path, lines):
    """Writes the curves of `lines`, a list of (name, [(count, milliseconds)])."""
    every = [point for _, points in lines for point in points]
    low = [math.floor(math.log10(min(point[axis] for point in every))) for axis in (0, 1)]
    high = [math.ceil(math.log10(max(point[axis] for point in every))) for axis in (0, 1)]

    def place(count, milliseconds):
        x = (math.log10(count) - low[0]) / max(1, high[0] - low[0])
        y = (math.log10(milliseconds) - low[1]) / max(1, high[1] - low[1])
        return LEFT + x * (WIDTH - LEFT - 150), HEIGHT - BOTTOM - y * (HEIGHT - BOTTOM - 20)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        "<title>Time of a search against the number of specifications</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for power in range(low[0], high[0] + 1):
        x, y = place(10**power, 10 ** low[1])
        parts.append(f'<path d="M{x:.1f} {y:.1f}V20" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{10**power:,}</text>')
    for power in range(low[1], high[1] + 1):
        x, y = place(10 ** low[0], 10.0**power)
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{WIDTH - 150}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 12}">specifications</text>')
    for (name, points), colour in zip(lines, COLOURS):
        corners = [place(*point) for point in points]
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in corners)
        parts.append(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in corners]
        x, y = corners[-1]
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>')
    parts.append("</svg>\n")
    path.write_text("\n".join(parts), encoding="utf-8")
