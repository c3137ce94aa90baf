'use strict';
// Everything shown comes from the page's own JSON and is put in as text, never as markup.
(() => {
  const page = JSON.parse(document.getElementById('dlc').textContent);
  const dlc = page.dlc, layers = dlc.layers;
  const byId = (id) => document.getElementById(id);
  const NAME_MOST = page.name_most, NODE_HEIGHT = page.node_height;

  const KINDS = {
    data: 'data', constant: 'constant', udo: 'user',
    convolutional: 'conv', deconvolution: 'conv', cross_correlation: 'conv',
    fully_connected: 'matrix', mat_mul: 'matrix',
    neuron: 'activation', prelu: 'activation', softmax: 'activation', log_softmax: 'activation', gelu: 'activation',
    pooling: 'pool', roi_pooling: 'pool', roi_align: 'pool',
    lrn: 'norm', moments: 'norm', normalize: 'norm',
    concat: 'move', reshape: 'move', permute: 'move', strided_slice: 'move', slice: 'move', pad: 'move', tile: 'move',
    gather: 'move', pack: 'move', unpack: 'move', pixel_shuffle: 'move', space_to_depth: 'move', channel_shuffle: 'move',
    scaling: 'move', resize: 'move', crop: 'move', crop_and_resize: 'move', color_convert: 'move',
    reduction: 'arithmetic', power: 'arithmetic', arg_max: 'arithmetic', cum_sum: 'arithmetic', select: 'arithmetic',
    lstm: 'recurrent', gru: 'recurrent', rnn: 'recurrent',
  };

  function kindOf(type) {
    if (KINDS[type]) return KINDS[type];
    if (type.includes('norm')) return 'norm';
    return type.startsWith('elementwise') ? 'arithmetic' : 'other';
  }

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name === 'text') element.textContent = value;
      else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child));
    return element;
  }
  const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

  function shorten(name) {
    const letters = Array.from(name);
    if (letters.length <= NAME_MOST) return name;
    const half = (NAME_MOST - 1) / 2;
    return letters.slice(0, Math.floor(half)).join('') + '…' + letters.slice(-Math.ceil(half)).join('');
  }

  const largest = (numbers) => numbers.reduce((a, b) => Math.max(a, b), 1);
  const number = (n) => Number(n).toLocaleString('en');
  const real = (x) => (x === null ? 'not finite' : String(Number(x.toPrecision(6))));
  const dims = (value) => value.dims.join('x') || 'scalar';

  function scaled(n) {
    if (n >= 1e9) return (n / 1e9).toFixed(2) + ' G';
    if (n >= 1e6) return (n / 1e6).toFixed(1) + ' M';
    return n >= 1e3 ? (n / 1e3).toFixed(1) + ' k' : String(n);
  }

  const bytes = (n) => scaled(n) + (n >= 1e3 ? 'B' : ' B');

  // Who makes and who reads each buffer.
  const maker = new Map(), readers = new Map();
  for (const layer of layers) {
    for (const value of layer.outputs) maker.set(value.name, { layer, value });
    for (const name of new Set(layer.inputs)) readers.set(name, (readers.get(name) || []).concat(layer));
  }

  // ---- the graph

  const nodes = [], edges = [];
  const world = svg('g');
  const picture = svg('svg', { role: 'img', 'aria-label': 'The layers and what they pass on' },
    svg('defs', {}, svg('marker', { id: 'tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto' },
      svg('path', { d: 'M0 0L8 4L0 8z', class: 'tip' }))), world);
  const stage = byId('stage');
  stage.append(picture);

  // Points come as x, y, x, y: straight down the rows that an edge passes, curved between rows.
  function pathOf(points) {
    let path = `M${points[0]} ${points[1]}`;
    for (let i = 2; i < points.length; i += 2) {
      const [x0, y0, x, y] = points.slice(i - 2, i + 2);
      const middle = (y0 + y) / 2;
      path += x0 === x ? `V${y}` : `C${x0} ${middle} ${x} ${middle} ${x} ${y}`;
    }
    return path;
  }

  for (const edge of page.edges) {
    const passed = layers[edge.from].outputs.filter((value) => layers[edge.to].inputs.includes(value.name));
    const path = svg('path', { class: 'edge', d: pathOf(edge.points), 'marker-end': 'url(#tip)' },
      svg('title', { text: passed.map((value) => `${value.name}  ${dims(value)}`).join('\n') }));
    edges.push({ from: edge.from, to: edge.to, path });
    world.append(path);
  }

  layers.forEach((layer, i) => {
    const width = layer.place.width, left = layer.place.x - width / 2, top = layer.place.y;
    const node = svg('g', { class: 'node ' + kindOf(layer.type), transform: `translate(${left} ${top})` },
      svg('title', { text: `${layer.id} ${layer.name}\n${layer.type}` }),
      svg('rect', { class: 'box', width, height: NODE_HEIGHT, rx: 6 }),
      svg('rect', { class: 'warm', width, height: NODE_HEIGHT, rx: 6, 'fill-opacity': 0 }),
      svg('rect', { class: 'bar', width: 5, height: NODE_HEIGHT, rx: 2 }),
      svg('text', { class: 'kind', x: 14, y: 18, text: layer.type }),
      svg('text', { class: 'size', x: width - 8, y: 18, text: layer.outputs.length ? dims(layer.outputs[0]) : '' }),
      svg('text', { x: 14, y: 35, text: shorten(layer.name) }));
    node.addEventListener('click', () => { if (!moved) choose(i); });
    nodes.push(node);
    world.append(node);
  });

  // ---- where we look from

  const view = { scale: 1, x: 0, y: 0 };
  let moved = false;

  function show() {
    world.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }

  function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    const scale = Math.min(4, Math.max(0.005, view.scale * factor));
    view.x = x - (x - view.x) * scale / view.scale;
    view.y = y - (y - view.y) * scale / view.scale;
    view.scale = scale;
    show();
  }

  function fit() {
    view.scale = Math.min(1, stage.clientWidth / page.width, stage.clientHeight / page.height);
    view.x = (stage.clientWidth - page.width * view.scale) / 2;
    view.y = (stage.clientHeight - page.height * view.scale) / 2;
    show();
  }

  // At first the beginning, as large as one can read it.
  function begin() {
    view.scale = Math.min(1, Math.max(0.6, stage.clientWidth / page.width));
    const first = layers.length ? layers[0].place : { x: 0 };
    view.x = stage.clientWidth / 2 - first.x * view.scale;
    if (page.width * view.scale <= stage.clientWidth) view.x = (stage.clientWidth - page.width * view.scale) / 2;
    view.y = page.height * view.scale < stage.clientHeight ? (stage.clientHeight - page.height * view.scale) / 2 : 0;
    show();
  }

  function centre(i) {
    const place = layers[i].place;
    if (view.scale < 0.75) view.scale = 1;
    view.x = stage.clientWidth / 2 - place.x * view.scale;
    view.y = stage.clientHeight / 2 - (place.y + NODE_HEIGHT / 2) * view.scale;
    show();
  }

  const fingers = new Map();

  stage.addEventListener('pointerdown', (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved = false;
  });
  stage.addEventListener('pointermove', (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const dx = event.clientX - finger.x, dy = event.clientY - finger.y;
    if (!moved && Math.hypot(dx, dy) < 4) return;
    if (!moved) stage.setPointerCapture(event.pointerId);
    moved = true;
    stage.classList.add('held');
    const other = Array.from(fingers.entries()).find(([id]) => id !== event.pointerId);
    if (other) {
      const box = stage.getBoundingClientRect(), at = other[1];
      const before = Math.hypot(finger.x - at.x, finger.y - at.y), now = Math.hypot(event.clientX - at.x, event.clientY - at.y);
      if (before > 0) zoom(now / before, at.x - box.left, at.y - box.top);
    } else {
      view.x += dx;
      view.y += dy;
      show();
    }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  for (const name of ['pointerup', 'pointercancel']) {
    stage.addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      stage.classList.remove('held');
    });
  }
  stage.addEventListener('wheel', (event) => {
    const box = stage.getBoundingClientRect();
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  stage.addEventListener('click', (event) => {
    if (!moved && !event.target.closest('.node')) choose(-1);
  });
  byId('in').addEventListener('click', () => zoom(1.3));
  byId('out').addEventListener('click', () => zoom(1 / 1.3));
  byId('fit').addEventListener('click', fit);

  // ---- what is said about a layer

  const details = byId('details');
  const row = (name, value) => html('tr', {}, html('th', { scope: 'row', text: name }), html('td', { text: value }));
  const table = (rows) => html('table', {}, html('tbody', {}, ...rows));
  const section = (title, ...children) => [html('h3', { text: title }), ...children];

  function layerLink(layer) {
    return html('button', { class: 'link', type: 'button', text: layer.name, onclick: () => { choose(layer.id); centre(layer.id); } });
  }

  function encodingText(value) {
    if (!value.encodings) return '';
    const first = value.encodings[0], more = value.encodings.length - 1;
    const text = `${first.bits} bit: ${real(first.min)} to ${real(first.max)}, step ${real(first.delta)}, offset ${first.offset}`;
    return more ? `${text}; ${more} more along axis ${value.encoding_axis}` : text;
  }

  function inputItem(name) {
    const made = maker.get(name);
    return html('li', {}, html('code', { text: name }),
      html('p', { class: 'soft' }, made ? dims(made.value) + ' from ' : '', made && layerLink(made.layer)));
  }

  function outputItem(value) {
    const who = readers.get(value.name) || [];
    const item = html('li', {}, html('code', { text: value.name }), html('p', { class: 'soft', text: `${dims(value)} ${value.type}` }));
    if (value.encodings) item.append(html('p', { class: 'soft', text: encodingText(value) }));
    const to = html('p', { class: 'soft', text: who.length ? 'to ' : 'nobody reads it' });
    who.forEach((layer, i) => to.append(i ? ', ' : '', layerLink(layer)));
    item.append(to);
    return item;
  }

  // Bars over the axis from the least to the largest number, with a line at 0.
  function histogram(spread) {
    const width = 320, height = 96, floor = 78, most = largest(spread.bins);
    const drawing = svg('svg', { class: 'spread', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': 'How the numbers are spread' });
    spread.bins.forEach((n, i) => {
      const step = width / spread.bins.length, tall = n ? Math.max(1, n / most * (floor - 4)) : 0;
      drawing.append(svg('rect', { x: i * step + 0.5, width: step - 1, y: floor - tall, height: tall }, svg('title', { text: number(n) })));
    });
    drawing.append(svg('line', { x1: 0, x2: width, y1: floor, y2: floor }));
    if (spread.min < 0 && spread.max > 0) {
      const x = -spread.min / (spread.max - spread.min) * width;
      drawing.append(svg('line', { class: 'zero', x1: x, x2: x, y1: 0, y2: floor }));
    }
    drawing.append(svg('text', { x: 0, y: height - 4, text: real(spread.min) }),
      svg('text', { x: width, y: height - 4, 'text-anchor': 'end', text: real(spread.max) }));
    return drawing;
  }

  function tensorPart(tensor, spread) {
    const part = html('div', {}, html('h4', { text: tensor.name }), html('p', { class: 'soft', text: `${dims(tensor)} ${tensor.type}` }));
    if (tensor.encodings) part.append(html('p', { class: 'soft', text: encodingText(tensor) }));
    part.append(histogram(spread), html('p', { class: 'soft', text:
      `${number(spread.n)} numbers, mean ${real(spread.mean)}, deviation ${real(spread.deviation)}, ${number(spread.n_zero)} zeros` +
      (spread.n_not_finite ? `, ${number(spread.n_not_finite)} not finite` : '') }));
    return part;
  }

  const share = (n, all) => (all ? ` (${(100 * n / all).toPrecision(3)} %)` : '');

  function describe(layer) {
    const parts = [html('h2', { text: layer.name }),
      html('p', {}, html('span', { class: 'badge ' + kindOf(layer.type), text: layer.type }), html('span', { class: 'soft', text: `layer ${layer.id}, ${layer.operator}` })),
      html('p', { class: 'soft', text: layer.runtimes.length ? 'runs on ' + layer.runtimes.join(', ') : 'runs on no runtime of this build' })];
    if (layer.inputs.length) parts.push(...section('Inputs', html('ul', {}, ...layer.inputs.map(inputItem))));
    parts.push(...section('Outputs', html('ul', {}, ...layer.outputs.map(outputItem))));
    const rows = layer.parameters.map((p) => row(p.name, p.value));
    if (layer.param_count) rows.push(row('param count', number(layer.param_count) + share(layer.param_count, dlc.totals.param_count)));
    if (layer.macs) rows.push(row('MACs per inference', number(layer.macs) + share(layer.macs, dlc.totals.macs)));
    if (rows.length) parts.push(...section('Parameters', table(rows)));
    if (layer.tensors.length) parts.push(...section('Weights', ...layer.tensors.map((tensor, i) => tensorPart(tensor, layer.spreads[i]))));
    return parts;
  }

  // The types of layers with what they cost, the dearest first.
  function typeRows() {
    const types = new Map();
    for (const layer of layers) {
      const type = types.get(layer.type) || { n: 0, macs: 0 };
      types.set(layer.type, { n: type.n + 1, macs: type.macs + layer.macs });
    }
    return Array.from(types).sort((a, b) => b[1].macs - a[1].macs || b[1].n - a[1].n).map(([type, sum]) =>
      html('tr', {}, html('th', { scope: 'row', text: `${sum.n} × ${type}` }),
        html('td', {}, sum.macs ? html('span', { class: 'share', style: `width:${60 * sum.macs / dlc.totals.macs}px` }) : null,
          html('span', { class: 'soft', text: sum.macs ? ` ${scaled(sum.macs)}` : '' }))));
  }

  function overview() {
    const totals = dlc.totals, meta = dlc.metadata;
    const parts = [html('h2', { text: dlc.file.split('/').pop() }),
      html('p', { class: 'soft', text: `Container of version ${dlc.container_version}, ${number(dlc.file_size)} bytes, ${dlc.quantized ? 'with 8-bit encodings' : 'without encodings'}` }),
      ...section('Totals', table([
        row('layers', number(layers.length)), row('parameters', number(totals.param_count)),
        row('MACs per inference', number(totals.macs)), row('batch', number(totals.batch)),
        row('weights as float32', bytes(totals.weight_bytes)), row('buffers of a run', bytes(totals.buffer_bytes)),
        row('runtimes here', dlc.runtimes.join(', ') || 'none')])),
      ...section('Layers', html('div', { class: 'types' }, table(typeRows()))),
      ...section('Metadata', table([
        row('model version', meta.model_version), row('copyright', meta.model_copyright), row('converter version', meta.converter_version)]),
      html('h4', { text: 'converter command' }), html('code', { text: meta.converter_command }),
      html('h4', { text: 'quantizer command' }), html('code', { text: meta.quantizer_command }))];
    if (meta.others) parts.push(html('h4', { text: 'other lines' }), html('code', { text: meta.others }));
    if (dlc.other_records.length) parts.push(...section('Other records', table(dlc.other_records.map((r) => row(r.name, number(r.size) + ' bytes')))));
    parts.push(...section('Keys', html('p', { class: 'soft', text: 'Drag to move, wheel or + and - to zoom, 0 for all of it, / to search, arrows for the next layer, Esc for this page.' })));
    return parts;
  }

  // ---- the layer that is chosen, and the list

  const list = byId('list'), search = byId('search'), found = byId('found');
  let chosen = -1, hits = [];
  const items = layers.map((layer, i) => html('button', { type: 'button', title: layer.name, onclick: () => { choose(i); centre(i); } },
    html('span', { class: 'id', text: layer.id }), html('span', { class: 'name', text: layer.name }), html('span', { class: 'type', text: layer.type })));
  items.forEach((item) => list.append(html('li', {}, item)));

  function choose(i) {
    if (chosen >= 0) {
      nodes[chosen].classList.remove('chosen');
      items[chosen].classList.remove('chosen');
    }
    chosen = i;
    for (const edge of edges) {
      edge.path.classList.toggle('in', edge.to === i);
      edge.path.classList.toggle('out', edge.from === i);
    }
    if (i >= 0) {
      nodes[i].classList.add('chosen');
      items[i].classList.add('chosen');
      items[i].scrollIntoView({ block: 'nearest' });
    }
    details.replaceChildren(...(i >= 0 ? describe(layers[i]) : overview()));
    details.scrollTop = 0;
    history.replaceState(null, '', i >= 0 ? '#' + i : location.pathname + location.search);
  }

  // Every word must be in the name, the type, a buffer or the id.
  function find() {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word);
    hits = [];
    layers.forEach((layer, i) => {
      const text = [layer.name, layer.type, layer.operator, ...layer.outputs.map((value) => value.name)].join('\n').toLowerCase();
      const hit = words.every((word) => text.includes(word) || word === String(layer.id));
      items[i].parentNode.hidden = !hit;
      nodes[i].classList.toggle('hit', hit && words.length > 0);
      if (hit) hits.push(i);
    });
    found.textContent = words.length ? `${hits.length} of ${layers.length} layers` : `${layers.length} layers`;
  }

  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !hits.length) return;
    const next = hits.find((i) => i > chosen);
    choose(next === undefined ? hits[0] : next);
    centre(chosen);
  });

  function step(by) {
    const i = chosen < 0 ? 0 : Math.min(layers.length - 1, Math.max(0, chosen + by));
    choose(i);
    centre(i);
  }

  document.addEventListener('keydown', (event) => {
    if (event.target.matches('input, select') && event.key !== 'Escape') return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      '/': () => search.focus(), '+': () => zoom(1.3), '-': () => zoom(1 / 1.3), 0: fit,
      ArrowDown: () => step(1), ArrowUp: () => step(-1),
      Escape: () => { search.value = ''; find(); search.blur(); choose(-1); },
    };
    if (!keys[event.key] || (event.key.startsWith('Arrow') && details.contains(event.target))) return;
    event.preventDefault();
    keys[event.key]();
  });

  // How much of all a layer costs, as warmth; by the root, for costs are far apart.
  byId('colour').addEventListener('change', (event) => {
    const what = event.target.value;
    const most = largest(layers.map((layer) => layer[what] || 0));
    layers.forEach((layer, i) => nodes[i].querySelector('.warm').setAttribute('fill-opacity', what ? 0.75 * Math.sqrt(layer[what] / most) : 0));
  });

  document.title = dlc.file.split('/').pop() + ' - DLC';
  byId('file').textContent = dlc.file.split('/').pop();
  byId('sum').textContent = `${number(layers.length)} layers, ${scaled(dlc.totals.param_count)} parameters, ${scaled(dlc.totals.macs)} multiply-adds`;
  find();
  begin();
  const wanted = Number(location.hash.slice(1));
  if (location.hash.length > 1 && Number.isInteger(wanted) && layers[wanted]) {
    choose(wanted);
    centre(wanted);
  } else {
    choose(-1);
  }
})();
