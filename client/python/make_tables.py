#!/usr/bin/env python3
"""Writes the Python client's tables.py from the tables that the daemon and the C library are made of.

  client/python/make_tables.py protocol/methods.def protocol/messages.def base/errors.def VERSION > tables.py
"""
import ast
import re
import sys

METHOD = re.compile(r'^METHOD\((\w+), (\d+), ("[^"]*"), (\w+), (\w+), (\d+), ', re.M)
# What a row says of a member: (struct, member, type, struct of it, need).
ROWS = (
    (re.compile(r'^FIELD\((\w+), (\w+), (\w+), (REQUIRED|OPTIONAL), '), lambda m: (*m[:3], None, m[3])),
    (re.compile(r'^NAMES\((\w+), (\w+), \w+, \w+, (REQUIRED|OPTIONAL), '), lambda m: (*m[:2], 'NAMES', None, m[2])),
    (re.compile(r'^PART\((\w+), (\w+), (\w+), (REQUIRED|OPTIONAL), '), lambda m: (*m[:2], 'PART', *m[2:])),
    (re.compile(r'^LIST\((\w+), (\w+), \w+, \w+, (\w+), (REQUIRED|OPTIONAL), '), lambda m: (*m[:2], 'LIST', *m[2:])),
)
ERROR = re.compile(r'^E\(\w+, (-\d+), ("[^"]*"), (true|false), (\d+), ("(?:[^"\\]|\\.)*")\)', re.M)


def rows(pattern, text, word):
    found = pattern.findall(text)
    there = len(re.findall(rf'^{word}\(', text, re.M))
    if len(found) != there:
        sys.exit(f'make_tables.py: {there} rows {word}, {len(found)} understood')
    return found


def messages_of(text):
    """{struct: {key: (type, struct of it, required)}}, in the order of the rows."""
    messages = {}
    for line in text.splitlines():
        word = re.match(r'(STRUCT|FIELD|NAMES|PART|LIST)\((\w+)', line)
        if word and word.group(1) == 'STRUCT':
            messages[word.group(2)] = {}
        elif word:
            found = [say(row.match(line).groups()) for row, say in ROWS if row.match(line)]
            if len(found) != 1:
                sys.exit(f'make_tables.py: not understood: {line}')
            name, member, kind, of, need = found[0]
            messages[name][member] = (kind, of, need == 'REQUIRED')
    return messages


def main():
    methods, messages, errors = (open(path).read() for path in sys.argv[1:4])
    print('"""Made by make_tables.py from methods.def, messages.def and errors.def."""')
    print(f'VERSION = {sys.argv[4]!r}\n\n# name: (number, params, result, fds that a call may carry)\nMETHODS = {{')
    for _, number, name, params, result, fds in rows(METHOD, methods, 'METHOD'):
        print(f'    {name}: ({number}, {params!r}, {result!r}, {fds}),')
    print('}\n\n# struct: {key: (type, struct of it, required)}\nMESSAGES = {')
    for name, fields in messages_of(messages).items():
        print(f'    {name!r}: {fields!r},')
    print('}\n\n# name: (code, retryable, SNPE\'s code, sentence)\nERRORS = {')
    for code, name, retryable, snpe, text in rows(ERROR, errors, 'E'):
        print(f'    {name}: ({code}, {retryable == "true"}, {snpe}, {ast.literal_eval(text)!r}),')
    print('}')


main()
