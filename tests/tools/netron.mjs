// What Netron reads of each DLC, a line of JSON each: node --preserve-symlinks netron.mjs FOLDER-OF-NETRON MODEL.dlc...
// Netron chooses the reader itself, as it does for a file that a person opens.
import * as fs from 'fs';
import * as url from 'url';

const [folder, ...files] = process.argv.slice(2);
const load = (file) => import(url.pathToFileURL(`${folder}/${file}`));
const { BinaryStream } = await load('base.js');
const { ModelFactoryService } = await load('view.js');
const rethrow = (error) => { throw error; };

const service = new ModelFactoryService({
  environment: () => null,
  event: () => {},
  exception: rethrow,
  require: (id) => load(`${id}.js`),
});
await service.import();

const open = (file) => service.open({
  identifier: file,
  stream: new BinaryStream(new Uint8Array(fs.readFileSync(file))),
  asset: (name) => fs.readFileSync(`${folder}/${name}`, 'utf-8'),
  require: (id) => load(`${id}.js`),
  fetch: (name) => { throw new Error(`a container is one file, and asks for ${name}`); },
  error: rethrow,
});

const shape = (type) => (type ? Array.from(type.shape.dimensions) : null);
const buffers = (values) => values.map((value) => ({ name: value.name, dims: shape(value.type) }));

// Weights are inputs of a node that have no name but their numbers; each says how many bytes they are.
const layer = (node) => {
  const one = { name: node.name, type: node.type.name, inputs: [], outputs: [], tensors: [] };
  for (const { name, value } of node.inputs) {
    if (value.length === 1 && value[0].initializer) {
      const { type, values } = value[0].initializer;
      one.tensors.push({ name, dims: shape(type), type: type.dataType, numbers: values.length });
    } else {
      one.inputs.push(...buffers(value));
    }
  }
  for (const { value } of node.outputs) {
    one.outputs.push(...buffers(value));
  }
  return one;
};

for (const file of files) {
  try {
    const model = await open(file);
    const [graph] = model.modules;
    const inputs = graph.inputs.map(({ name, value }) => ({ name, outputs: buffers(value) }));
    console.log(JSON.stringify({ format: model.format, source: model.source, inputs, layers: graph.nodes.map(layer) }));
  } catch (error) {
    console.log(JSON.stringify({ error: `${error.name} ${error.message}` }));
  }
}
