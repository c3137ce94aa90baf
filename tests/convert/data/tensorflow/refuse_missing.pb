
2
xPlaceholder*
dtype0*
shape
:

yAddxnowhere*
T0"