
2
xPlaceholder*
dtype0*
shape
:
6
kConst*
dtype0*
valueB"ƒ)>8A¿

yAddxk*
T0"