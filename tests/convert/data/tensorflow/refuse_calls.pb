
2
xPlaceholder*
dtype0*
shape
:

n0StatelessIfx

n1Whilen0
!
n2StatefulPartitionedCalln1

n3TensorListStackn2"