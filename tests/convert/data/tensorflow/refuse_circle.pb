
2
xPlaceholder*
dtype0*
shape
:

aAddxc*
T0

bRelua*
T0

cTanhb*
T0"