"""What can be seen on a canvas, in JavaScript that the page runs: `locator.evaluate(INK)`."""

# How many pixels are not empty.
INK = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, place) => place % 4 === 3 && value > 0).length;
}"""

# How high each of the ten bars stands, in parts of the chart between the numbers above it and the digits below it. A
# bar is looked at left of its middle, where no number is.
BARS = """canvas => {
    const context = canvas.getContext("2d"), scale = canvas.width / canvas.clientWidth;
    const left = 6 * scale, step = (canvas.width - 2 * left) / 10, high = canvas.height - 50 * scale;
    return Array.from({ length: 10 }, (_, digit) => {
        const column = context.getImageData(left + (digit + 0.22) * step, 24 * scale, 1, high).data;
        return column.filter((value, place) => place % 4 === 3 && value > 200).length / (column.length / 4);
    });
}"""

# How many heights the highest bar passes through within 20 frames of a press on the button `name`.
HEIGHTS = f"""async (canvas, name) => {{
    const heights = new Set();
    [...document.querySelectorAll("button")].find((button) => button.textContent === name).click();
    for (let frame = 0; frame < 20; frame += 1) {{
        await new Promise(requestAnimationFrame);
        heights.add(Math.max(...({BARS})(canvas)));
    }}
    return heights.size;
}}"""

# Counts the requests to read, and makes each last 150 ms longer, as a slow network would.
SLOW = """
    window.asked = { now: 0, most: 0, all: 0 };
    const real = window.fetch;
    window.fetch = async (request) => {
        asked.now += 1;
        asked.all += 1;
        asked.most = Math.max(asked.most, asked.now);
        await new Promise((resolve) => setTimeout(resolve, 150));
        return real(request).finally(() => (asked.now -= 1));
    };
"""
