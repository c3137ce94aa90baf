
H
xPlaceholder*
dtype0*)
shape :ÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿ
 
freePlaceholder*
dtype0

yRelux*
T0

zRelufree*
T0"