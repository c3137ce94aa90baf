"""The checks find each breach that is sown into a small tree, with its place, and nothing else."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.path.abspath(sys.argv.pop(1))


def function(name, n_lines):
    return f'int {name}(void)\n{{\n' + '    ;\n' * (n_lines - 4) + '    return 0;\n}\n'


class Checks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.write('build-x/no.c', '#include "engine/x.h"\nint atoi(int x);\nint y = atoi(1);\n')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, text):
        path = os.path.join(self.folder.name, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(text)
        return path

    def run_check(self, name, *arguments):
        done = subprocess.run([f'{SOURCE}/scripts/{name}', *arguments], capture_output=True, text=True,
                              cwd=self.folder.name)
        self.assertEqual(done.stderr, '')
        return done.returncode, [line for line in done.stdout.splitlines() if not line.startswith(f'{name[6:]}:')]

    def check_layers(self):
        return self.run_check('check-layers', '.', f'{SOURCE}/scripts/layers.txt')

    def test_layers(self):
        self.write('base/a.c', '#include "base/a.h"\n#include <sodium.h>\n')
        self.write('base/digest.c', '#include <sodium.h>\n')
        self.write('model/a.c', '#include "base/a.h"\n#include "engine/a.h"\n#include "a.h"\n#include <base/a.h>\n')
        self.write('tests/a.c', '#include "daemon/a.h"\n#include <uv.h>\n#include <check.h>\n')
        self.write('examples/a.c', '#include "client/snpe-client.h"\n#include "client/call.h"\n')
        self.write('nowhere/a.c', '')
        self.write('daemon/a.def', '#include "convert/a.h"\n')
        status, found = self.check_layers()
        self.assertEqual(status, 1)
        self.assertEqual(found, [
            'base/a.c:2: <sodium.h> belongs to base/digest.c',
            'daemon/a.def:1: daemon may not include convert ("convert/a.h")',
            'examples/a.c:2: examples may not include client ("client/call.h")',
            'model/a.c:2: model may not include engine ("engine/a.h")',
            'model/a.c:3: "a.h": write the path from the root',
            'model/a.c:4: <base/a.h> is ours: write it in quotes',
            'nowhere/a.c:1: no rule for this folder',
        ])

    def test_layers_of_a_clean_tree(self):
        self.write('engine/a.c', '#include "backends/a.h"\n#include <stdio.h>\n')
        self.assertEqual(self.check_layers(), (0, []))

    def check_size(self, waivers=''):
        return self.run_check('check-size', '.', self.write('waivers.txt', waivers))

    def test_size(self):
        self.write('base/a.c', function('fits', 80))
        self.write('base/b.c', '/* } */\n' + function('is_long', 81) + 'int x[] = {1};\n' + function('short', 5))
        self.write('tests/c.c', '#define A(x) {\nSTART_TEST(says_much)\n{\n' + '    ;\n' * 90 + '}\nEND_TEST\n')
        self.write('base/d.h', '\n' * 251)
        self.write('base/e.c', function('f', 4) + '\n' * 497)
        status, found = self.check_size()
        self.assertEqual(status, 1)
        self.assertEqual(found[:4], [
            'base/b.c:2: is_long has 81 lines, more than 80',
            'base/d.h:1: 251 lines, more than 250',
            'base/e.c:1: 501 lines, more than 500',
            'tests/c.c:2: says_much has 93 lines, more than 80',
        ])
        self.assertTrue(found[4].startswith('half of the 4 functions exceed 42.5 lines'))
        self.assertTrue(found[5].startswith('a tenth of the 4 functions exceed'))

    def test_waivers(self):
        for i in range(20):
            self.write(f'base/s{i}.c', function(f's{i}', 5))
        self.write('base/b.c', function('is_long', 81))
        self.write('base/d.h', '\n' * 251)
        path = os.path.join(self.folder.name, 'waivers.txt')
        self.assertEqual(self.check_size('base/b.c:is_long: a table in code\nbase/d.h: one face\n'), (0, []))
        self.assertEqual(self.check_size('base/b.c:is_long:\nbase/d.h: one face\nbase/s1.c: once it was long\n'), (1, [
            f'{path}:1: base/b.c:is_long is waived without a reason',
            f'{path}:3: base/s1.c is within its bar: take the waiver away',
        ]))

    def test_style(self):
        shutil.copy(f'{SOURCE}/.clang-format', self.folder.name)
        self.write('base/a.c', 'int a(void)\n{\n    return snprintf("strcpy(") + atoi(1);\n}\n')
        self.write('base/b.c', 'int b(void)\n{\n  return 0;\n}\n')
        self.write('base/c.c', '/* strtok( and system( are words here. TODO */\nchar *c = (char *)malloc(1);\n')
        self.write('base/d.h', 'typedef struct d {\n    int x;\n} d;\n')
        status, found = self.run_check('check-style', '.')
        self.assertEqual(status, 1)
        self.assertEqual(found, [
            'base/b.c:2:2: not as clang-format has it',
            'base/a.c:3: atoi is banned',
            'base/c.c:2: the result of malloc needs no cast',
            'base/c.c:1: TODO belongs in an issue',
            'base/d.h:1: no typedef of a struct',
        ])


unittest.main()
