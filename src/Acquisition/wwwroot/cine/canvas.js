// Lines and words on a canvas, and where a picture stands on it.

/** A canvas as large as its place on the page, in its own pixels; drawn in those of the page. */
export function fit(canvas) {
  const box = canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1;
  const width = Math.round(box.width * ratio), height = Math.round(box.height * ratio);
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const g = canvas.getContext('2d');
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { g, w: box.width, h: box.height };
}

/** Where the picture stands on its canvas. */
export function place(picture, w, h, right = 0) {
  const scale = Math.min((w - right) / picture.columns, h / picture.rows);
  return { scale, x: (w - right - picture.columns * scale) / 2, y: (h - picture.rows * scale) / 2 };
}

export function outline(g, corners, p, closed) {
  g.beginPath();
  for (let i = 0; i < corners.length; i += 2) { g[i ? 'lineTo' : 'moveTo'](p.x + corners[i] * p.scale, p.y + corners[i + 1] * p.scale); }
  if (closed) { g.closePath(); }
  g.stroke();
}

export function label(g, text, x, y, colour = '#fff', align = 'left') {
  g.font = '15px "DejaVu Sans", Inter, system-ui, sans-serif';
  g.textAlign = align;
  g.lineWidth = 4;
  g.strokeStyle = '#000';
  g.strokeText(text, x, y);
  g.fillStyle = colour;
  g.fillText(text, x, y);
  g.textAlign = 'left';
}

/** Wipes a canvas of the page, where it is there. */
export function wipe(id) {
  const canvas = document.getElementById(id);
  canvas?.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
}
