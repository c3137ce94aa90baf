"""What the checks share: the C files of the tree, and C text without what is not code."""
import os
import re
import sys

sys.dont_write_bytecode = True

# Comments, strings and characters; a line splice inside them is part of them.
NOT_CODE = re.compile(r'/\*.*?\*/|//(?:\\\n|[^\n])*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r'^[ \t]*#(?:\\\n|[^\n])*', re.M)


def files(root, endings=('.c', '.h')):
    """Paths from the root, sorted, outside build folders and hidden ones."""
    found = []
    for dirpath, dirs, names in os.walk(root):
        dirs[:] = [d for d in dirs if not d.startswith('.') and not d.startswith('build')]
        found += [os.path.relpath(os.path.join(dirpath, n), root) for n in names if n.endswith(endings)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), errors='replace') as file:
        return file.read()


def blank(match):
    return re.sub(r'[^\n]', ' ', match.group(0))


def code(text):
    """TEXT with comments, strings and characters blanked; lines and columns stay."""
    return NOT_CODE.sub(lambda m: blank(m) if m.group(0)[0] == '/' else '"' + blank(m)[2:] + '"', text)


def comments(text):
    return [(text.count('\n', 0, m.start()) + 1, m.group(0)) for m in NOT_CODE.finditer(text)
            if m.group(0)[0] == '/']


def functions(text):
    """(name, first line, number of lines) of each function defined in TEXT, from the first line of
    its declaration to its closing brace. START_TEST(name) counts as a function of that name."""
    text = re.sub(r'\bextern\s+"\s*"\s*\{', blank, DIRECTIVE.sub(blank, code(text)))
    found, depth, begin = [], 0, 0
    for m in re.finditer(r'[{};]', text):
        at, sign = m.start(), m.group(0)
        if sign == '{':
            head = text[begin:at].strip()
            if depth == 0 and head.endswith(')'):
                # A macro that ends without a semicolon, like END_TEST, is not part of what follows.
                head = re.sub(r'^(?:END_TEST\s+)+', '', head)
                start = text.rindex(head, begin, at)
                named = re.match(r'START_TEST\s*\(\s*(\w+)', head) or \
                    re.search(r'(\w+)\s*\((?:[^()]|\([^()]*\)|\((?:[^()]|\([^()]*\))*\))*\)$', head)
                if named:
                    found.append([named.group(1), text.count('\n', 0, start) + 1, start, None])
            depth += 1
        elif sign == '}':
            depth = max(depth - 1, 0)
            if depth == 0:
                if found and found[-1][3] is None:
                    found[-1][3] = text.count('\n', found[-1][2], at) + 1
                begin = m.end()
        elif depth == 0:
            begin = m.end()
    return [(name, line, n) for name, line, _, n in found if n]
