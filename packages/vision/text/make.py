"""Makes glyphs.ts: pictures of the characters that labels need, at a few sizes, so that no font is read at run time.

    python3 make.py <DejaVuSans.ttf>

Needs nothing but Python. Layout of the deflated bytes, little endian: for each size u8 em, u8 ascent, u8 descent,
u16 count, then for each glyph u16 code point, u8 advance, i8 left, i8 top, u8 width, u8 height, and width x height
coverages of 4 bits, high half first, padded to a whole byte. Pixels; `top` is the row of the picture's first line
above the baseline.
"""

import base64
import math
import struct
import sys
import zlib
from pathlib import Path

SIZES = (12, 14, 18, 24)
LINES_PER_PX = 16
CODE_POINTS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1, Latin Extended-A
    *range(0x391, 0x3CA),  # Greek
    *range(0x410, 0x450), 0x401, 0x451,  # Cyrillic
    *map(ord, "–—‘’“”•…‰′″€Ω℃℉←↑→↓∂∆∑−√∞∫≈≠≤≥▲▼●□"),
]  # fmt: skip


class Font:
    """The tables of a TrueType file that hold outlines (OpenType 1.9: cmap 4, glyf, head, hhea, hmtx, loca)."""

    def __init__(self, data):
        count = struct.unpack_from(">H", data, 4)[0]
        tables = {}
        for i in range(count):
            tag, _, at, length = struct.unpack_from(">4sIII", data, 12 + 16 * i)
            tables[tag.decode()] = data[at : at + length]
        self.glyf, self.hmtx = tables["glyf"], tables["hmtx"]
        self.units = struct.unpack_from(">H", tables["head"], 18)[0]
        wide = struct.unpack_from(">h", tables["head"], 50)[0]
        loca = tables["loca"]
        self.loca = (
            struct.unpack(f">{len(loca) // 4}I", loca)
            if wide
            else [2 * at for at in struct.unpack(f">{len(loca) // 2}H", loca)]
        )
        self.metrics = struct.unpack_from(">H", tables["hhea"], 34)[0]
        self.map = self.read_map(tables["cmap"])

    @staticmethod
    def read_map(cmap):
        for i in range(struct.unpack_from(">H", cmap, 2)[0]):
            at = struct.unpack_from(">I", cmap, 8 + 8 * i)[0]
            if struct.unpack_from(">H", cmap, at)[0] == 4:
                break
        n = struct.unpack_from(">H", cmap, at + 6)[0] // 2
        ends = struct.unpack_from(f">{n}H", cmap, at + 14)
        starts = struct.unpack_from(f">{n}H", cmap, at + 16 + 2 * n)
        deltas = struct.unpack_from(f">{n}H", cmap, at + 16 + 4 * n)
        offsets = struct.unpack_from(f">{n}H", cmap, at + 16 + 6 * n)
        glyphs = {}
        for i in range(n):
            for code in range(starts[i], ends[i] + 1):
                glyph = code
                if offsets[i]:
                    glyph = struct.unpack_from(">H", cmap, at + 16 + 6 * n + 2 * i + offsets[i] + 2 * (code - starts[i]))[0]
                if glyph:
                    glyphs[code] = (glyph + deltas[i]) & 0xFFFF
        return glyphs

    def advance(self, glyph):
        return struct.unpack_from(">H", self.hmtx, 4 * min(glyph, self.metrics - 1))[0]

    def outline(self, glyph):
        """Closed contours of (x, y, on curve) in font units."""
        data = self.glyf[self.loca[glyph] : self.loca[glyph + 1]]
        if not data:
            return []
        contours = struct.unpack_from(">h", data)[0]
        return self.simple(data, contours) if contours >= 0 else self.composite(data)

    @staticmethod
    def simple(data, contours):
        ends = struct.unpack_from(f">{contours}H", data, 10)
        at = 12 + 2 * contours + struct.unpack_from(">H", data, 10 + 2 * contours)[0]
        flags = []
        while len(flags) <= ends[-1]:
            flag = data[at]
            at += 1
            flags.append(flag)
            if flag & 8:
                flags += [flag] * data[at]
                at += 1
        axes = []
        for short, same in ((2, 16), (4, 32)):
            value, values = 0, []
            for flag in flags:
                if flag & short:
                    value += data[at] if flag & same else -data[at]
                    at += 1
                elif not flag & same:
                    value += struct.unpack_from(">h", data, at)[0]
                    at += 2
                values.append(value)
            axes.append(values)
        points = [(x, y, flag & 1) for x, y, flag in zip(*axes, flags)]
        return [points[start : end + 1] for start, end in zip([0, *(e + 1 for e in ends)], ends)]

    def composite(self, data):
        contours, at, more = [], 10, True
        while more:
            flags, glyph = struct.unpack_from(">HH", data, at)
            at += 4
            dx, dy = struct.unpack_from(">hh" if flags & 1 else ">bb", data, at)
            at += 4 if flags & 1 else 2
            a, b, c, d = 1.0, 0.0, 0.0, 1.0
            if flags & 8:
                a = d = struct.unpack_from(">h", data, at)[0] / 16384
                at += 2
            elif flags & 0x40:
                a, d = (v / 16384 for v in struct.unpack_from(">hh", data, at))
                at += 4
            elif flags & 0x80:
                a, b, c, d = (v / 16384 for v in struct.unpack_from(">hhhh", data, at))
                at += 8
            for contour in self.outline(glyph):
                contours.append([(a * x + c * y + dx, b * x + d * y + dy, on) for x, y, on in contour])
            more = flags & 0x20
        return contours


def flatten(contour):
    """Corners of a contour of quadratic curves; two neighbouring controls have a point of the curve between them."""
    full = []
    for i, (x, y, on) in enumerate(contour):
        px, py, before = contour[i - 1]
        if not on and not before:
            full.append(((x + px) / 2, (y + py) / 2, 1))
        full.append((x, y, on))
    first = next(i for i, point in enumerate(full) if point[2])
    full = full[first:] + full[: first + 1]
    corners = [full[0][:2]]
    i = 1
    while i < len(full):
        if full[i][2]:
            corners.append(full[i][:2])
            i += 1
            continue
        (x0, y0), (x1, y1), (x2, y2) = corners[-1], full[i][:2], full[i + 1][:2]
        for step in range(1, 9):
            t = step / 8
            corners.append(tuple((1 - t) ** 2 * p + 2 * t * (1 - t) * q + t * t * r for p, q, r in ((x0, x1, x2), (y0, y1, y2))))
        i += 2
    return corners


class Size:
    """Scales outlines to pixels. Heights of x and H are rounded to whole pixels, so that their tops are sharp."""

    def __init__(self, font, em):
        self.font, self.scale = font, em / font.units
        heights = [max(y for c in font.outline(font.map[ord(letter)]) for _, y, _ in c) for letter in "xH"]
        self.anchors = [(0, 0), *((h, round(h * self.scale)) for h in heights)]

    def height(self, y):
        if y <= 0:
            return y * self.scale
        for (y0, p0), (y1, p1) in zip(self.anchors, self.anchors[1:]):
            if y <= y1:
                return p0 + (y - y0) * (p1 - p0) / (y1 - y0)
        return self.anchors[-1][1] + (y - self.anchors[-1][0]) * self.scale

    def draw(self, code):
        glyph = self.font.map[code]
        edges = []
        for contour in self.font.outline(glyph):
            points = [(x * self.scale, self.height(y)) for x, y in flatten(contour)]
            edges += [(*a, *b) for a, b in zip(points, points[1:]) if a[1] != b[1]]
        advance = round(self.font.advance(glyph) * self.scale)
        if not edges:
            return advance, 0, 0, 0, 0, []
        left = math.floor(min(min(e[0], e[2]) for e in edges))
        right = math.ceil(max(max(e[0], e[2]) for e in edges))
        bottom = math.floor(min(min(e[1], e[3]) for e in edges))
        top = math.ceil(max(max(e[1], e[3]) for e in edges))
        width, height = right - left, top - bottom
        cover = [[0.0] * width for _ in range(height)]
        for line in range(height * LINES_PER_PX):
            y = top - (line + 0.5) / LINES_PER_PX
            row = cover[line // LINES_PER_PX]
            for x0, x1 in spans(edges, y):
                for x in range(width):
                    row[x] += max(0.0, min(x1 - left, x + 1) - max(x0 - left, x)) / LINES_PER_PX
        return advance, left, top, width, height, [min(15, round(15 * c)) for row in cover for c in row]


def spans(edges, y):
    """Where the line at y is inside, by the non-zero winding rule."""
    crossings = []
    for x0, y0, x1, y1 in edges:
        if (y0 <= y) != (y1 <= y):
            crossings.append((x0 + (y - y0) * (x1 - x0) / (y1 - y0), 1 if y1 > y0 else -1))
    winding = 0
    for x, turn in sorted(crossings):
        if winding == 0:
            start = x
        winding += turn
        if winding == 0:
            yield start, x


def main():
    font = Font(Path(sys.argv[1]).read_bytes())
    out = bytearray()
    for em in SIZES:
        size = Size(font, em)
        glyphs = [(code, *size.draw(code)) for code in CODE_POINTS if code in font.map]
        ascent = max(top for code, _, _, top, *_ in glyphs if code < 0x7F)
        descent = max(height - top for code, _, _, top, _, height, _ in glyphs if code < 0x7F)
        out += struct.pack("<BBBH", em, ascent, descent, len(glyphs))
        for code, advance, left, top, width, height, cover in glyphs:
            out += struct.pack("<HBbbBB", code, advance, left, top, width, height)
            cover = [*cover, 0]
            out += bytes(cover[i] << 4 | cover[i + 1] for i in range(0, width * height, 2))
    text = base64.b64encode(zlib.compress(bytes(out), 9)).decode()
    Path(__file__).with_name("glyphs.ts").write_text(
        "/** Made by make.py from DejaVu Sans 2.37, whose licence is LICENSE-DejaVu.txt. Deflated, base64; layout in make.py. */\n"
        f"export const GLYPHS =\n  '{text}';\n"
    )
    print(len(out), len(text))


main()
