#!/usr/bin/env python3
"""The page of snpe-dlc-viewer in a real browser, if there is one: it draws, searches, zooms, describes, breaks no rule
of its own policy, and takes no name for markup. SNPED_BIN names the folder of the programs."""
import html
import os
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ.get('SNPED_SOURCE') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get('SNPED_BIN') or os.path.join(SOURCE, 'build', 'bin')
SHARED = os.environ.get('SNPED_SHARED') or os.path.join(SOURCE, '..', 'shared')
BROWSER = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
PATIENCE_S = 120

# Does what a person does and writes down what there is to see.
SCRIPT = '''<script>
const said = [], one = (q) => document.querySelector(q), all = (q) => Array.from(document.querySelectorAll(q));
window.addEventListener('error', (event) => said.push('error ' + event.message));
window.addEventListener('securitypolicyviolation', (event) => said.push('violation ' + event.blockedURI));
const key = (element, name) => element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
const heading = () => one('aside h2').textContent;
setTimeout(() => {
  said.push('nodes ' + all('.node').length, 'edges ' + all('.edge').length, 'title ' + document.title);
  const search = one('#search');
  search.value = WORD;
  search.dispatchEvent(new Event('input'));
  said.push('found ' + one('#found').textContent, 'hits ' + all('.node.hit').length);
  key(search, 'Enter');
  said.push('chosen ' + heading(), 'lit ' + all('.edge.in').length + ' ' + all('.edge.out').length);
  const before = one('svg > g').getAttribute('transform');
  one('#in').click();
  said.push('zoomed ' + (before !== one('svg > g').getAttribute('transform')));
  key(document.body, 'ArrowDown');
  said.push('next ' + heading());
  said.push('bars ' + all('aside .spread rect').length);
  key(document.body, 'Escape');
  said.push('overview ' + heading(), 'images ' + all('img').length);
  const pre = document.createElement('pre');
  pre.id = 'said';
  pre.textContent = said.join('\\n');
  document.body.append(pre);
}, 100);
</script></body>'''


@unittest.skipUnless(BROWSER, 'no browser is installed (package chromium)')
class Page(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def visit(self, dlc, word):
        """What the script found on the page of DLC: {first word: the rest}, the lines, and the page's text."""
        path = os.path.join(self.folder, 'page.html')
        subprocess.run([os.path.join(BIN, 'snpe-dlc-viewer'), '-i', dlc, '-s', path], check=True,
                       stdout=subprocess.DEVNULL)
        with open(path, encoding='utf-8') as file:
            page = file.read()
        with open(path, 'w', encoding='utf-8') as file:
            file.write(page.replace('</body>', SCRIPT.replace('WORD', repr(word))))
        done = subprocess.run(
            [BROWSER, '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--virtual-time-budget=20000',
             '--user-data-dir=' + os.path.join(self.folder, 'profile'), '--dump-dom', 'file://' + path],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE_S, text=True)
        found = re.search(r'<pre id="said">(.*?)</pre>', done.stdout, re.S)
        self.assertTrue(found, done.stdout[-2000:])
        lines = html.unescape(found.group(1)).split('\n')
        self.assertFalse([line for line in lines if line.startswith(('error', 'violation'))])
        return dict(line.split(' ', 1) for line in lines)

    def real(self, name):
        path = os.path.join(SHARED, 'data', 'dlc', name, 'model.dlc')
        if not os.path.exists(path):
            print('SKIP: shared data is not there', flush=True)
            self.skipTest('shared data is not there')
        return path

    def test_squeezenet(self):
        said = self.visit(self.real('squeezenet_retrained_caffe_v2_float'), 'relu_conv1')
        self.assertEqual(said['nodes'], '66')
        self.assertEqual(said['edges'], '73')  # each layer but the first reads one buffer, 8 concats two
        self.assertEqual(said['found'], '1 of 66 layers')
        self.assertEqual(said['chosen'], 'relu_conv1')
        self.assertEqual(said['lit'], '1 1')
        self.assertEqual(said['zoomed'], 'true')
        self.assertEqual(said['next'], 'pool1')
        self.assertEqual(said['overview'], 'model.dlc')
        self.assertEqual(said['images'], '0')

    def test_weights_in_8_bit(self):
        said = self.visit(self.real('driver_monitoring_v3_int8'), 'permute')
        self.assertEqual(said['hits'], '1')
        self.assertEqual(said['next'], 'conv2d/Conv2D')
        self.assertEqual(said['bars'], '96')  # of weights and bias

    def test_a_name_is_no_markup(self):
        name = '<img src=x onerror=document.title=1>&amp;.dlc'
        path = os.path.join(self.folder, name)
        shutil.copy(self.real('torque_mlp_v2_float'), path)
        said = self.visit(path, 'dense_2')
        self.assertEqual(said['images'], '0')
        self.assertEqual(said['title'], name + ' - DLC')
        self.assertEqual(said['overview'], name)


if __name__ == '__main__':
    unittest.main()
