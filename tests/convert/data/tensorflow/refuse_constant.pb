
2
xPlaceholder*
dtype0*
shape
:
:
kConst*
dtype0*!
valueB"ŞÔ=[·+>ËÜ¿

yNegk*
T0"