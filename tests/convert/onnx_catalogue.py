"""More groups of cases for make_onnx_cases.py: the operators beyond the first set."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

F32 = np.float32
FLOAT, INT64, INT32, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL


def ints(*v):
    return np.array(v, np.int64)


class Catalogue:
    """case, node and rand are those of make_onnx_cases.py."""

    def __init__(self, case, node, rand):
        self.case, self.node, self.rand = case, node, rand

    def groups(self):
        return (self.functions, self.comparisons, self.places, self.products, self.transposed, self.sizes, self.norms, self.sequences,
                self.regions, self.written_out, self.branches, self.codes, self.layouts)

    def many(self, name, ops, x, opset=13, lo=-2, hi=2, **more):
        """Several functions of one input, each an output."""
        nodes = [self.node(op, 'x', 'y%d' % i) for i, op in enumerate(ops.split())]
        self.case(name, nodes, {'x': x}, ' '.join('y%d' % i for i in range(len(nodes))), opset=opset, lo=lo, hi=hi, **more)

    def functions(self):
        case, node = self.case, self.node
        x = (2, 3, 4)
        self.many('unary_waves', 'Cos Sin Tan Atan Sinh Cosh Asinh', x, lo=-1.2, hi=1.2)
        self.many('unary_arcs', 'Acos Asin Atanh', x, lo=-0.9, hi=0.9)
        self.many('unary_acosh', 'Acosh Reciprocal', x, lo=1.1, hi=3)
        self.many('unary_steps', 'Ceil Round Sign', x)
        self.many('unary_soft', 'Erf Softplus Softsign HardSwish', x, opset=14)
        case('mish', node('Mish', 'x', 'y'), {'x': x}, 'y', opset=18, lo=-2, hi=2)
        case('gelu', [node('Gelu', 'x', 'y'), node('Gelu', 'x', 'z', approximate='tanh')], {'x': x}, 'y z', opset=20, lo=-3, hi=3)
        case('hard_sigmoid', [node('HardSigmoid', 'x', 'y'), node('HardSigmoid', 'x', 'z', alpha=0.4, beta=0.25)], {'x': x}, 'y z', lo=-3, hi=3)
        case('selu', [node('Selu', 'x', 'y'), node('Selu', 'x', 'z', alpha=0.5, gamma=2.0)], {'x': x}, 'y z', lo=-2, hi=2)
        case('thresholded_relu', node('ThresholdedRelu', 'x', 'y', alpha=0.4), {'x': x}, 'y', ops='Input ThresholdedRelu')
        case('log_softmax', [node('LogSoftmax', 'x', 'y', axis=1), node('LogSoftmax', 'x', 'z')], {'x': x}, 'y z')
        case('log_softmax_11', node('LogSoftmax', 'x', 'y', axis=1), {'x': x}, 'y', opset=11)
        case('mod', node('Mod', 'a b', 'y', fmod=1), {'a': x, 'b': x}, 'y', lo=-3, hi=3)
        case('reduce_norms', [node('Reduce' + op, 'x', 'y%d' % i, axes=[1], keepdims=i % 2)
                              for i, op in enumerate('L1 L2 LogSumExp SumSquare'.split())], {'x': x}, 'y0 y1 y2 y3')
        case('reduce_log_sum', node('ReduceLogSum', 'x', 'y', axes=[0, 2]), {'x': x}, 'y', lo=0.5, hi=2)

    def comparisons(self):
        case, node = self.case, self.node
        x = {'a': (2, 3), 'b': (3,)}
        nodes, outs = [], []
        for i, op in enumerate('Greater Less GreaterOrEqual LessOrEqual Equal'.split()):
            nodes += [node(op, 'a b', 't%d' % i), node('Cast', 't%d' % i, 'y%d' % i, to=FLOAT)]
            outs.append('y%d' % i)
        case('compare', nodes, x, ' '.join(outs), opset=16)
        nodes = [node('Greater', 'a zero', 'p'), node('Less', 'b zero', 'q')]
        for i, op in enumerate('And Or Xor'.split()):
            nodes += [node(op, 'p q', 't%d' % i), node('Cast', 't%d' % i, 'y%d' % i, to=FLOAT)]
        nodes += [node('Not', 'p', 'n'), node('Cast', 'n', 'y3', to=FLOAT)]
        case('logic', nodes, x, 'y0 y1 y2 y3', {'zero': F32(0)})
        case('where', [node('Greater', 'a k', 'p'), node('Where', 'p a b', 'y')], x, 'y', {'k': F32(0.1)})
        case('where_constant', node('Where', 'w a k', 'y'), {'a': (2, 3)}, 'y', {'w': np.array([True, False, True]), 'k': F32(-1)},
             ops='Input Select')
        # What means whole numbers is cut off; what are whole numbers already is not.
        case('whole', [node('Cast', 'a', 'i', to=INT32), node('Div', 'i k', 'd'), node('Cast', 'd', 'e', to=INT64),
                       node('Cast', 'e', 'y', to=FLOAT), node('Cast', 'a', 't', to=BOOL), node('Cast', 't', 'z', to=FLOAT)],
             {'a': (3, 5)}, 'y z', {'k': np.array([3], np.int32)}, lo=-20, hi=20)
        case('mean_of_parts', [node('Split', 'a', 'p q', axis=1), node('Max', 'p q', 'y')], {'a': (2, 6)}, 'y')

    def places(self):
        case, node, rand = self.case, self.node, self.rand
        x = {'x': (2, 4, 3)}
        for op in 'Max Min'.split():
            case('arg_' + op.lower(), [node('Arg' + op, 'x', 'i', axis=1), node('Cast', 'i', 'y', to=FLOAT),
                                       node('Arg' + op, 'x', 'j', axis=-1, keepdims=0), node('Cast', 'j', 'z', to=FLOAT)], x, 'y z')
        case('arg_max_last', [node('Round', 'x', 'r'), node('ArgMax', 'r', 'i', axis=1, select_last_index=1), node('Cast', 'i', 'y', to=FLOAT)],
             x, 'y')
        case('arg_max_channels', [node('Conv', 'v w', 'c'), node('ArgMax', 'c', 'i', axis=1), node('Cast', 'i', 'y', to=FLOAT)],
             {'v': (1, 2, 3, 4)}, 'y', {'w': rand(4, 2, 1, 1)}, last_in='v', last_out='y', ops='Input Conv ArgMax')
        case('gather_uneven', node('Gather', 'x i', 'y', axis=1), x, 'y', {'i': ints(3, 0, -1, 1)}, ops='Input Gather')
        case('gather_square', node('Gather', 'x i', 'y', axis=1), x, 'y', {'i': np.array([[0, 2], [3, -4]])})
        case('gather_table', [node('Cast', 'i', 'j', to=INT64), node('Gather', 'k j', 'y')], {'i': (2, 3)}, 'y', {'k': rand(5, 2)}, lo=0, hi=4.9)
        case('gather_channels', [node('Conv', 'v w', 'c'), node('Gather', 'c i', 'y', axis=1)], {'v': (1, 2, 3, 4)}, 'y',
             {'w': rand(4, 2, 1, 1), 'i': ints(2, 0, 3)}, last_in='v', last_out='y', ops='Input Conv Gather')
        case('cumsum', [node('CumSum', 'x a', 'y'), node('CumSum', 'x b', 'z', exclusive=1, reverse=1)], x, 'y z',
             {'a': np.int64(1), 'b': np.int64(-1)}, opset=14)
        case('tile', node('Tile', 'x r', 'y'), x, 'y', {'r': ints(1, 2, 3)}, ops='Input Tile')
        case('tile_1', node('Tile', 'x n a', 'y'), {'x': (2, 3)}, 'y', {'n': np.array([2], F32), 'a': np.array([1], F32)}, opset=1,
             ref=([node('Tile', 'x r', 'y')], {'r': ints(1, 2)}, 13))
        case('expand', node('Expand', 'x s', 'y'), {'x': (3, 1)}, 'y', {'s': ints(2, 1, 4)}, ops='Input Reshape Tile')
        case('expand_rank', node('Expand', 'x s', 'y'), {'x': (2, 3)}, 'y', {'s': ints(1, 1, 3)}, ops='Input Reshape')
        case('expand_nothing', [node('Expand', 'x s', 'e'), node('Neg', 'e', 'y')], {'x': (2, 3)}, 'y', {'s': ints(1)}, ops='Input Unary')
        case('fold_tile', [node('Tile', 'k r', 't'), node('Size', 'x', 'n'), node('Cast', 'n', 'f', to=FLOAT), node('Mul', 't f', 'm'),
                           node('Add', 'x m', 'y')], {'x': (4, 6)}, 'y', {'k': rand(2, 3), 'r': ints(2, 2)}, ops='Input Binary')
        case('fold_split', [node('Shape', 'x', 's'), node('Split', 's', 'a b', axis=0), node('Concat', 'b a', 't', axis=0),
                            node('Reshape', 'x t', 'y')], {'x': (2, 3)}, 'y', ops='Input Reshape')
        case('fold_reduce', [node('Shape', 'x', 's'), node('ReduceProd', 's', 'n'), node('Reshape', 'x n', 'f'),
                             node('ReduceMean', 'k', 'm', axes=[1], keepdims=0), node('ReduceMax', 'm', 'h', keepdims=0), node('Mul', 'f h', 'g'),
                             node('ReduceMin', 'k', 'l', axes=[-1]), node('ReduceSum', 'l zero', 'u', keepdims=0), node('Add', 'g u', 'y')],
             {'x': (2, 3)}, 'y', {'k': rand(4, 5), 'zero': ints(0)}, ops='Input Binary Reshape Binary')
        case('pad_wrap', node('Pad', 'x p', 'y', mode='wrap'), {'x': (2, 3)}, 'y', {'p': ints(0, 2, 1, 1)}, opset=19)

    def products(self):
        case, node, rand = self.case, self.node, self.rand
        case('matmul_two', node('MatMul', 'a b', 'y'), {'a': (3, 4), 'b': (4, 2)}, 'y', ops='Input Input MatMul')
        case('matmul_turned', [node('Transpose', 'b', 't', perm=[0, 2, 1]), node('MatMul', 'a t', 'y')], {'a': (2, 3, 4), 'b': (2, 5, 4)}, 'y',
             ops='Input Input MatMul')
        case('matmul_repeated', node('MatMul', 'a b', 'y'), {'a': (2, 1, 3, 4), 'b': (5, 4, 2)}, 'y', ops='Input Input MatMul')
        case('matmul_known_stack', node('MatMul', 'a b', 'y'), {'a': (2, 3, 4)}, 'y', {'b': rand(2, 4, 5)}, ops='Input MatMul')
        case('matmul_known_left', node('MatMul', 'k b', 'y'), {'b': (4, 5)}, 'y', {'k': rand(3, 4)}, ops='Input MatMul')
        case('matmul_lists', [node('MatMul', 'v b', 'y'), node('MatMul', 'b w', 'z')], {'v': (4,), 'b': (2, 4, 3), 'w': (3,)}, 'y z')
        case('matmul_wide', node('MatMul', 'a b', 'y'), {'a': (3, 4)}, 'y', {'b': rand(1, 4, 5)})
        case('gemm_two', node('Gemm', 'a b c', 'y', alpha=0.5, beta=2.0, transB=1), {'a': (3, 4), 'b': (2, 4), 'c': (2,)}, 'y')
        case('gemm_two_alpha', node('Gemm', 'a b', 'y', alpha=0.5, transA=1), {'a': (4, 3), 'b': (4, 2)}, 'y',
             ops='Input Input MatMul Binary')
        case('attention', [node('Transpose', 'q', 'qt', perm=[0, 2, 1, 3]), node('Transpose', 'k', 'kt', perm=[0, 2, 3, 1]),
                           node('MatMul', 'qt kt', 's'), node('Div', 's r', 'd'), node('Softmax', 'd', 'p'),
                           node('Transpose', 'v', 'vt', perm=[0, 2, 1, 3]), node('MatMul', 'p vt', 'o'), node('Transpose', 'o', 'y', perm=[0, 2, 1, 3])],
             {'q': (1, 5, 2, 4), 'k': (1, 5, 2, 4), 'v': (1, 5, 2, 4)}, 'y', {'r': F32(2)})

    def transposed(self):
        case, node, rand = self.case, self.node, self.rand
        w = {'w': rand(3, 2, 3, 3), 'b': rand(2)}

        def deconv(name, inits=w, ins={'x': (1, 3, 4, 3)}, **attrs):
            case(name, node('ConvTranspose', 'x w b' if 'b' in inits else 'x w', 'y', 'up', **attrs), ins, 'y', inits, opset=11,
                 last_in='x', last_out='y', ops='Input Deconv')

        deconv('deconv_plain')
        deconv('deconv_stride', strides=[2, 3], pads=[1, 0, 1, 2], output_padding=[1, 2])
        deconv('deconv_dilated', dilations=[2, 1], pads=[1, 1, 0, 1])
        deconv('deconv_groups', {'w': rand(4, 2, 2, 2)}, {'x': (1, 4, 3, 3)}, group=2, strides=[2, 2])
        deconv('deconv_depthwise', {'w': rand(3, 1, 3, 3), 'b': rand(3)}, group=3, strides=[2, 2])
        deconv('deconv_sized', strides=[2, 2], output_shape=[8, 7])
        deconv('deconv_larger', strides=[3, 3], output_shape=[13, 10])
        deconv('deconv_upper', strides=[2, 2], auto_pad='SAME_UPPER')
        deconv('deconv_lower', strides=[2, 2], auto_pad='SAME_LOWER')
        deconv('deconv_valid', strides=[4, 4], auto_pad='VALID')
        case('deconv_1d', node('ConvTranspose', 'x w', 'y', strides=[2], pads=[1, 0]), {'x': (1, 3, 5)}, 'y', {'w': rand(3, 2, 4)}, opset=11,
             last_out='y')

    def sizes(self):
        case, rand, node = self.case, self.rand, self.node
        x = {'x': (1, 2, 4, 5)}

        def resize(name, scales=None, sizes=None, ins=x, last='x', opset=13, **attrs):
            inits = {'s': np.array(scales, F32)} if scales else {'z': ints(*sizes)}
            inputs = ['x', '', 's'] if scales else ['x', '', '', 'z']
            case(name, helper.make_node('Resize', inputs, ['y'], **attrs), ins, 'y', inits, opset=opset, last_in=last, last_out='y' if last else (),
                 ops='Input Resize')

        resize('resize_nearest', [1, 1, 2, 2])
        resize('resize_nearest_down', sizes=[1, 2, 3, 2], nearest_mode='floor')
        resize('resize_nearest_ceil', [1, 1, 1.5, 1.3], nearest_mode='ceil', coordinate_transformation_mode='asymmetric')
        resize('resize_linear', [1, 1, 2, 3], mode='linear')
        resize('resize_linear_down', sizes=[1, 2, 3, 2], mode='linear', coordinate_transformation_mode='pytorch_half_pixel')
        resize('resize_linear_corners', sizes=[1, 2, 7, 8], mode='linear', coordinate_transformation_mode='align_corners')
        resize('resize_rows', [1, 1, 2, 1], mode='linear', coordinate_transformation_mode='asymmetric')
        resize('resize_cubic', [1, 1, 2, 2], mode='cubic', cubic_coeff_a=-0.5)
        resize('resize_cubic_outside', [1, 1, 1.6, 2], mode='cubic', exclude_outside=1)
        resize('resize_axes', sizes=[8, 6], axes=[-2, 3], mode='linear', opset=18)
        resize('resize_ratio', sizes=[9, 9], axes=[2, 3], opset=18, keep_aspect_ratio_policy='not_larger')
        case('resize_1d', helper.make_node('Resize', ['x', '', 's'], ['y'], mode='linear'), {'x': (1, 2, 5)}, 'y', {'s': np.array([1, 1, 2], F32)},
             last_out='y')
        case('resize_nhwc', [node('Transpose', 'x', 't', perm=[0, 3, 1, 2]), helper.make_node('Resize', ['t', '', 's'], ['u'], mode='linear'),
                             node('Transpose', 'u', 'y', perm=[0, 2, 3, 1])], {'x': (1, 4, 5, 2)}, 'y', {'s': np.array([1, 1, 2, 2], F32)},
             ops='Input Resize')
        case('resize_10', node('Resize', 'x s', 'y', mode='linear'), x, 'y', {'s': np.array([1, 1, 2, 2], F32)}, opset=10, last_in='x', last_out='y')
        case('resize_nothing', [helper.make_node('Resize', ['x', '', 's'], ['r']), node('Neg', 'r', 'y')], {'x': (1, 2, 2, 2)}, 'y',
             {'s': np.array([1, 1, 1, 1], F32)}, last_in='x', last_out='y', ops='Input Unary')
        case('upsample_7', node('Upsample', 'x', 'y', mode='nearest', scales=[1.0, 1.0, 2.0, 3.0]), x, 'y', opset=7, last_in='x', last_out='y')
        case('upsample_9', node('Upsample', 'x s', 'y', mode='linear'), x, 'y', {'s': np.array([1, 1, 2, 2], F32)}, opset=9, last_in='x',
             last_out='y')
        case('upsample_1', node('Upsample', 'x', 'y', height_scale=2.0, width_scale=3.0), x, 'y', opset=1, last_in='x', last_out='y',
             ref=([node('Upsample', 'x', 'y', scales=[1.0, 1.0, 2.0, 3.0])], {}, 7))

    def norms(self):
        case, node, rand = self.case, self.node, self.rand
        case('lrn', node('LRN', 'x', 'y', size=3, alpha=0.1, beta=0.6, bias=2.0), {'x': (1, 5, 2, 3)}, 'y', last_in='x', last_out='y',
             ops='Input Lrn')
        case('instance_norm', node('InstanceNormalization', 'x s b', 'y', epsilon=0.01), {'x': (2, 3, 4, 5)}, 'y', {'s': rand(3), 'b': rand(3)},
             last_in='x', last_out='y', ops='Input InstanceNorm')
        case('instance_norm_1d', node('InstanceNormalization', 'x s b', 'y'), {'x': (2, 3, 6)}, 'y', {'s': rand(3), 'b': rand(3)}, last_out='y')
        case('layer_norm', node('LayerNormalization', 'x s b', 'y', epsilon=0.01), {'x': (2, 3, 5)}, 'y', {'s': rand(5), 'b': rand(5)}, opset=17,
             ops='Input LayerNorm')
        case('layer_norm_axes', node('LayerNormalization', 'x s', 'y', axis=1), {'x': (2, 3, 5)}, 'y', {'s': rand(3, 5)}, opset=17)
        case('lp_norm', node('LpNormalization', 'x', 'y', axis=1), {'x': (2, 3, 5)}, 'y', ops='Input L2Norm')

    def sequences(self):
        case, rand = self.case, self.rand
        x = {'x': (5, 2, 3)}

        def layer(op, inputs, outputs, **attrs):
            return helper.make_node(op, inputs, outputs, name=op.lower(), hidden_size=4, **attrs)

        gates = {'GRU': 3, 'LSTM': 4, 'RNN': 1}
        for op, g in gates.items():
            one = {'w': rand(1, 4 * g, 3), 'r': rand(1, 4 * g, 4), 'b': rand(1, 8 * g)}
            two = {'w': rand(2, 4 * g, 3), 'r': rand(2, 4 * g, 4), 'b': rand(2, 8 * g)}
            name = op.lower()
            outs = ['y', 'hn', 'cn'] if op == 'LSTM' else ['y', 'hn']
            states = {'h': (2, 2, 4), 'c': (2, 2, 4)} if op == 'LSTM' else {'h': (2, 2, 4)}
            case(name + '_both', layer(op, ['x', 'w', 'r', 'b'], outs, direction='bidirectional'), x, ' '.join(outs), two, opset=14)
            case(name + '_both_states', layer(op, ['x', 'w', 'r', '', ''] + list(states), outs, direction='bidirectional'), {**x, **states},
                 ' '.join(outs), {'w': two['w'], 'r': two['r']}, opset=14)
            if op == 'LSTM':
                continue
            case(name, layer(op, ['x', 'w', 'r', 'b'], outs), x, ' '.join(outs), one, opset=14)
            case(name + '_reverse', layer(op, ['x', 'w', 'r', 'b', '', 'h'], outs, direction='reverse'), {**x, 'h': (1, 2, 4)}, ' '.join(outs), one,
                 opset=7)
        one = {'w': rand(1, 12, 3), 'r': rand(1, 12, 4), 'b': rand(1, 24)}
        case('gru_reset_after', layer('GRU', ['x', 'w', 'r', 'b'], ['y', 'hn'], linear_before_reset=1), x, 'y hn', one, opset=14)
        one = {'w': rand(1, 4, 3), 'r': rand(1, 4, 4), 'b': rand(1, 8)}
        case('rnn_relu', layer('RNN', ['x', 'w', 'r', 'b'], ['y'], activations=['Relu']), x, 'y', one, opset=14)
        one = {'w': rand(1, 16, 3), 'r': rand(1, 16, 4), 'h': rand(1, 2, 4), 'n': np.array([5, 5], np.int32)}
        case('lstm_one_state', layer('LSTM', ['x', 'w', 'r', '', 'n', 'h'], ['y']), x, 'y', one, opset=14)

    def regions(self):
        case, node = self.case, self.node
        rois = np.array([[0, 0, 4, 4], [1, 2, 7, 6], [3, 1, 5, 7]], F32)
        x = {'x': (2, 2, 8, 9)}
        case('roi_align', node('RoiAlign', 'x r i', 'y', output_height=2, output_width=3, sampling_ratio=2, spatial_scale=0.5,
                               coordinate_transformation_mode='half_pixel'), x, 'y', {'r': rois, 'i': ints(0, 1, 0)}, opset=16, last_in='x', last_out='y')
        case('roi_align_10', node('RoiAlign', 'x r i', 'y', output_height=2, output_width=2, mode='max'), x, 'y', {'r': rois, 'i': ints(0, 1, 0)},
             opset=10, last_in='x', last_out='y')
        case('roi_pool', node('MaxRoiPool', 'x r', 'y', pooled_shape=[2, 3], spatial_scale=0.5), x, 'y',
             {'r': np.concatenate([np.array([[0], [1], [0]], F32), rois * 2], 1)}, last_in='x', last_out='y')

    def written_out(self):
        """Operators that become others."""
        case, node, rand = self.case, self.node, self.rand
        x = {'x': (2, 4, 3, 5)}
        case('mean', node('Mean', 'a b d', 'y'), {'a': (2, 3), 'b': (2, 3), 'd': (3,)}, 'y')
        case('celu', [node('Celu', 'x', 'y', alpha=0.5), node('Celu', 'x', 'z')], {'x': (2, 3)}, 'y z', lo=-2, hi=2)
        case('lp_norm_1', node('LpNormalization', 'x', 'y', axis=1, p=1), {'x': (2, 3, 5)}, 'y')
        case('mean_variance', node('MeanVarianceNormalization', 'x', 'y'), x, 'y')
        s, b = rand(4), rand(4)
        case('group_norm', node('GroupNormalization', 'x s b', 'y', num_groups=2, epsilon=0.01), x, 'y', {'s': s, 'b': b}, opset=21, last_out='y')
        ref = [node('GroupNormalization', 'x s b', 'y', num_groups=2)]
        case('group_norm_18', node('GroupNormalization', 'x s b', 'y', num_groups=2), x, 'y', {'s': s[:2], 'b': b[:2]}, opset=18,
             ref=(ref, {'s': np.repeat(s[:2], 2), 'b': np.repeat(b[:2], 2)}, 21))
        case('rms_norm', node('RMSNormalization', 'x s', 'y', epsilon=0.01), {'x': (2, 5)}, 'y', {'s': (g := rand(5))}, opset=23,
             ref=([node('Mul', 'x x', 'q'), node('ReduceMean', 'q', 'm', axes=[-1]), node('Add', 'm e', 'e1'), node('Sqrt', 'e1', 'r'),
                   node('Div', 'x r', 'n'), node('Mul', 'n s', 'y')], {'s': g, 'e': F32(0.01)}, 13))
        case('affine', node('Affine', 'x', 'y', alpha=2.0, beta=0.5), {'x': (2, 3)}, 'y', opset=1,
             ref=([node('Mul', 'x a', 'm'), node('Add', 'm b', 'y')], {'a': F32(2), 'b': F32(0.5)}, 13))
        case('image_scaler', node('ImageScaler', 'x', 'y', scale=0.5, bias=[0.1, 0.2, 0.3]), {'x': (1, 3, 2, 2)}, 'y', opset=1,
             ref=([node('Mul', 'x a', 'm'), node('Add', 'm b', 'y')], {'a': F32(0.5), 'b': np.array([0.1, 0.2, 0.3], F32).reshape(3, 1, 1)}, 13))

    def branch(self, nodes, outs, inits=None):
        info = [helper.make_tensor_value_info(o, FLOAT, None) for o in outs.split()]
        records = [numpy_helper.from_array(np.asarray(v), n) for n, v in (inits or {}).items()]
        return helper.make_graph(nodes, 'branch', [], info, records)

    def choose(self, condition, outs, then, otherwise, name=''):
        return helper.make_node('If', [condition], outs.split(), name=name, then_branch=then, else_branch=otherwise)

    def branches(self):
        case, node, rand, branch, choose = self.case, self.node, self.rand, self.branch, self.choose
        true, false = np.bool_(True), np.bool_(False)
        x = {'x': (2, 3)}
        one = branch([node('Add', 'x k', 'sum'), node('Neg', 'sum', 'b')], 'b', {'k': rand(3)})
        two = branch([node('Frobnicate', 'x', 'b')], 'b')
        case('if_then', [choose('c', 'i', one, two, 'choice'), node('Abs', 'i', 'y')], x, 'y', {'c': true}, ops='Input Binary Unary Unary',
             ref=([choose('c', 'i', one, one), node('Abs', 'i', 'y')], {'c': true}, 13))
        other = branch([node('Exp', 'x', 'b')], 'b')
        case('if_else', choose('c', 'y', one, other, 'choice'), x, 'y', {'c': np.array([False])}, ops='Input Unary')
        # Branches that call their tensors the same, and one that hands on a tensor from outside.
        outside = branch([node('Identity', 'x', 'sum')], 'sum')
        case('if_names', [choose('c', 'p', one, other), choose('c', 'q', branch([node('Sub', 'x k', 'sum'), node('Abs', 'sum', 'b')], 'b', {'k': rand(3)}), other),
                          choose('c', 'r', branch([node('Identity', 'x', 'o')], 'o'), outside), node('Sum', 'p q r', 'y')], x, 'y', {'c': true})
        case('if_nested', [node('Relu', 'x', 'k'), choose('c', 'y', branch([node('Mul', 'x x', 'k2'), choose('d', 'o', branch([node('Add', 'k k2', 'k3')], 'k3'), other)],
                                                                           'o'), other)], x, 'y', {'c': true, 'd': true})
        # Renamed in the first branch, and meant by a branch inside it.
        inner = branch([node('Add', 'sum k', 'z')], 'z')
        case('if_scopes', [choose('c', 'p', one, other),
                           choose('c', 'q', branch([node('Sub', 'x k', 'sum'), choose('c', 'b', inner, inner)], 'b', {'k': rand(3)}), other),
                           node('Mul', 'p q', 'y')], x, 'y', {'c': true})
        case('if_sizes', [node('Shape', 'x', 's'), node('Gather', 's i', 'n'), node('Greater', 'n i', 'c'), choose('c', 'r', one, two), node('Abs', 'r', 'y')],
             x, 'y', {'i': np.int64(1)}, ref=([choose('c', 'r', one, one), node('Abs', 'r', 'y')], {'c': true}, 13))
        case('if_mean', choose('c', 'y', branch([node('Mean', 'x x', 'b')], 'b'), other), x, 'y', {'c': true})

    def codes(self):
        """8-bit models: what they are computed from are the numbers that the codes mean."""
        case, node, rand = self.case, self.node, self.rand
        random = np.random.default_rng(8)
        w = random.integers(-128, 128, (3, 2, 3, 3)).astype(np.int8)
        ws = np.array([0.01, 0.02, 0.005], F32)
        real = w.astype(F32) * ws.reshape(3, 1, 1, 1)
        bias = random.integers(-200, 200, 3).astype(np.int32)
        xs, xz, ys, yz = F32(0.02), np.uint8(100), F32(0.05), np.uint8(0)
        ends = lambda s, z, lo=0, hi=255: {'lo': F32((lo - int(z)) * s), 'hi': F32((hi - int(z)) * s)}
        clip = lambda a, b, lo='lo', hi='hi': node('Clip', '%s %s %s' % (a, lo, hi), b)
        x = {'x': (1, 2, 6, 5)}
        params = {'xs': xs, 'xz': xz, 'ys': ys, 'yz': yz, 'w': w, 'ws': ws, 'wz': np.zeros(3, np.int8), 'b': bias, 'bs': xs * ws, 'bz': np.zeros(3, np.int32)}
        dq = [node('QuantizeLinear', 'x xs xz', 'xq'), node('DequantizeLinear', 'xq xs xz', 'xd'), node('DequantizeLinear', 'w ws wz', 'wd', axis=0),
              node('DequantizeLinear', 'b bs bz', 'bd', axis=0), node('Conv', 'xd wd bd', 'c', 'conv'), node('Relu', 'c', 'r'),
              node('QuantizeLinear', 'r ys yz', 'rq'), node('MaxPool', 'rq', 'pq', kernel_shape=[2, 2]), node('DequantizeLinear', 'pq ys yz', 'y')]
        numbers = {'w': real, 'b': bias.astype(F32) * xs * ws, 'lx': ends(xs, xz)['lo'], 'hx': ends(xs, xz)['hi'], **ends(ys, yz)}
        ref = [clip('x', 'xc', 'lx', 'hx'), node('Conv', 'xc w b', 'c'), clip('c', 'r'), node('MaxPool', 'r', 'y', kernel_shape=[2, 2])]
        case('qdq', dq, x, 'y', params, last_in='x', last_out='y', lo=-3, hi=4, ref=(ref, numbers, 13), ops='Input Clip Conv Relu Relu Pool')
        qlinear = helper.make_node('QLinearConv', 'xq xs xz w ws wz ys yz b'.split(), ['cq'], name='conv')
        case('qlinear_conv', [dq[0], qlinear, node('DequantizeLinear', 'cq ys yz', 'y')], x, 'y', params, last_in='x', last_out='y', lo=-3, hi=4,
             ref=(ref[:2] + [clip('c', 'y')], numbers, 13), ops='Input Clip Conv Relu')
        # No codes wider than the network's numbers: nothing is cut off twice.
        case('qdq_twice', [dq[0], node('Transpose', 'xq', 't', perm=[0, 2, 3, 1]), node('DequantizeLinear', 't xs xz', 'd'),
                           node('QuantizeLinear', 'd xs xz', 'e'), node('DequantizeLinear', 'e xs xz', 'y')], x, 'y', params, lo=-3, hi=4,
             ref=([clip('x', 'c', 'lx', 'hx'), node('Transpose', 'c', 'y', perm=[0, 2, 3, 1])], numbers, 13))
        case('qdq_other_scale', [dq[0], node('DequantizeLinear', 'xq ys xz', 'y'), node('DequantizeLinear', 'xq ys yz', 'z')], {'x': (2, 3)}, 'y z', params,
             lo=-1, hi=1, ref=([clip('x', 'c', 'lx', 'hx'), node('Mul', 'c f', 'y'), node('Add', 'y o', 'z')],
                               {**numbers, 'f': F32(2.5), 'o': F32(100 * 0.05)}, 13))
        m = random.integers(0, 256, (4, 5)).astype(np.uint8)
        params = {'xs': xs, 'xz': xz, 'w': m, 'ws': F32(0.03), 'wz': np.uint8(120), 'ys': F32(0.5), 'yz': np.int8(-20)}
        real = (m.astype(F32) - 120) * F32(0.03)
        numbers = {'w': real, 'lx': ends(xs, xz)['lo'], 'hx': ends(xs, xz)['hi'], **ends(F32(0.5), -20, -128, 127)}
        qlinear = helper.make_node('QLinearMatMul', 'xq xs xz w ws wz ys yz'.split(), ['pq'], name='product')
        case('qlinear_matmul', [node('QuantizeLinear', 'x xs xz', 'xq'), qlinear, node('DequantizeLinear', 'pq ys yz', 'y')], {'x': (2, 4)}, 'y', params,
             ref=([clip('x', 'c', 'lx', 'hx'), node('MatMul', 'c w', 'p'), clip('p', 'y')], numbers, 13), ops='Input Clip FullyConnected Clip')
        dynamic = [helper.make_node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']), node('MatMulInteger', 'q w z wz', 'p'), node('Cast', 'p', 'f', to=FLOAT),
                   node('Mul', 's ws', 'k'), node('Mul', 'f k', 'y')]
        case('matmul_integer', dynamic, {'x': (2, 4)}, 'y', params, ref=([node('MatMul', 'x w', 'y')], {'w': real}, 13),
             ops='Input FullyConnected Binary')
        iw = random.integers(-9, 9, (3, 2, 2, 2)).astype(np.int8)
        case('conv_integer', [helper.make_node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']), node('ConvInteger', 'q w z', 'p'),
                              node('Cast', 'p', 'f', to=FLOAT), node('Mul', 'f s', 'y')], {'x': (1, 2, 4, 4)}, 'y', {'w': iw}, last_in='x', last_out='y',
             ref=([node('Conv', 'x w', 'y')], {'w': iw.astype(F32)}, 13))
        # onnxruntime's own operators on codes.
        ms = lambda op, inputs, out, **attrs: helper.make_node(op, inputs.split(), [out], domain='com.microsoft', **attrs)
        params = {'s': F32(0.02), 'z': np.uint8(128), 't': F32(0.04), 'o': np.uint8(100)}
        numbers = {**ends(F32(0.02), 128), 'l2': ends(F32(0.04), 100)['lo'], 'h2': ends(F32(0.04), 100)['hi'], 'two': F32(2)}
        q = [node('QuantizeLinear', 'x s z', 'q')]
        case('qlinear_add', q + [ms('QLinearAdd', 'q s z q s z t o', 'r'), ms('QLinearConcat', 't o r t o q s z', 'c', axis=1),
                                 ms('DequantizeLinear', 'c t o', 'y')], {'x': (2, 3)}, 'y', params, lo=-3, hi=3,
             ref=([clip('x', 'c'), node('Add', 'c c', 'a'), clip('a', 'r', 'l2', 'h2'), node('Concat', 'r c', 'k', axis=1), clip('k', 'y', 'l2', 'h2')], numbers, 13))
        case('qlinear_each', q + [ms('QLinearSigmoid', 'q s z t o', 'r'), node('DequantizeLinear', 'r t o', 'y'), ms('QLinearLeakyRelu', 'q s z t o', 'l', alpha=0.5),
                                  node('DequantizeLinear', 'l t o', 'u')], {'x': (2, 3)}, 'y u', params, lo=-3, hi=3,
             ref=([clip('x', 'c'), node('Sigmoid', 'c', 'y'), node('LeakyRelu', 'c', 'u', alpha=0.5)], numbers, 13))
        case('qlinear_pool', q + [ms('QLinearGlobalAveragePool', 'q s z s z', 'r'), node('DequantizeLinear', 'r s z', 'y')], {'x': (1, 2, 3, 3)}, 'y', params,
             lo=-3, hi=3, last_in='x', last_out='y', ref=([clip('x', 'c'), node('GlobalAveragePool', 'c', 'y')], numbers, 13), ops='Input Clip Pool')
        gw = random.integers(-100, 100, (5, 4)).astype(np.int8)
        params.update(w=gw, ws=F32(0.01), wz=np.int8(0), b=np.arange(5).astype(np.int32))
        numbers.update(w=gw.astype(F32) * F32(0.01), b=np.arange(5).astype(F32) * F32(0.02) * F32(0.01))
        case('qgemm', q + [ms('QGemm', 'q s z w ws wz b', 'y', transB=1)], {'x': (2, 4)}, 'y', params, lo=-3, hi=3,
             ref=([clip('x', 'c'), node('Gemm', 'c w b', 'y', transB=1)], numbers, 13))

    def layouts(self):
        """Nothing is turned that the model does not turn."""
        case, node, rand = self.case, self.node, self.rand
        x = {'x': (1, 2, 3, 4)}
        w, v = rand(6, 2, 1, 1), rand(2, 6, 1, 1)
        conv = node('Conv', 'x w', 'c')
        case('shuffle', [conv, node('Reshape', 'c s', 'd', 'cut'), node('Transpose', 'd', 't', perm=[0, 2, 1, 3, 4]), node('Reshape', 't q', 'e', 'join'),
                         node('Conv', 'e v', 'y')], x, 'y', {'w': w, 'v': v, 's': ints(1, 3, 2, 3, 4), 'q': ints(1, 6, 3, 4)}, last_in='x', last_out='y',
             ops='Input Conv ChannelShuffle Conv')
        case('shuffle_parts', [conv, node('Reshape', 'c s', 'd', 'cut'), node('Transpose', 'd', 't', perm=[1, 0, 2]), node('Reshape', 't q', 'e'),
                               node('Gather', 'e i', 'a'), node('Gather', 'e j', 'b'), node('Conv', 'a v', 'f'), node('Add', 'f b', 'y')], x, 'y',
             {'w': w, 'v': rand(3, 3, 1, 1), 's': ints(3, 2, 12), 'q': ints(2, -1, 3, 3, 4), 'i': np.int64(0), 'j': np.int64(1)}, last_in='x', last_out='y',
             ops='Input Conv Reshape StridedSlice StridedSlice Conv Binary')
        case('anchors', [conv, node('Transpose', 'c', 't', perm=[0, 2, 3, 1]), node('Reshape', 't s', 'd'), node('Concat', 'd d', 'y', axis=1)], x, 'y',
             {'w': w, 's': ints(1, -1, 2)}, last_in='x', ops='Input Conv Reshape Concat')
        case('flat_scores', [conv, node('Reshape', 'c s', 'd'), node('Transpose', 'd', 't', perm=[0, 2, 1]), node('Softmax', 't', 'y', axis=2)], x, 'y',
             {'w': w, 's': ints(1, 6, -1)}, last_in='x', ops='Input Conv Reshape Softmax')
        case('group_of_channels', [conv, node('Reshape', 'c s', 'd'), node('ReduceMax', 'd', 'y', axes=[1], keepdims=0)], x, 'y', {'w': w, 's': ints(1, 3, 2, 3, 4)},
             opset=11, last_in='x', last_out='y', ops='Input Conv Reshape Reduce')
        case('chain_1d', [node('Conv', 'x w', 'a', 'a', pads=[1, 1]), node('BatchNormalization', 'a s b m n', 'c'), node('LeakyRelu', 'c', 'd'),
                          node('Conv', 'd v', 'e', 'e', pads=[1, 1]), node('Add', 'e d', 'f'), node('Relu', 'f', 'g'),
                          node('MaxPool', 'g', 'y', kernel_shape=[2], strides=[2])], {'x': (2, 4, 6)}, 'y',
             {'w': rand(3, 4, 3), 'v': rand(3, 3, 3), 's': rand(3), 'b': rand(3), 'm': rand(3), 'n': rand(3, lo=0.5, hi=2)}, last_out='y',
             ops='Input Permute Reshape Conv Prelu Conv Binary Relu Pool Reshape')
        case('chain_1d_seen', [node('Conv', 'x w', 'a', 'a', pads=[1, 1]), node('Relu', 'a', 'r'), node('Conv', 'r v', 'y', 'e')], {'x': (1, 4, 6)}, 'r y',
             {'w': rand(3, 4, 3), 'v': rand(4, 3, 3)}, last_out='r y'.split(), ops='Input Permute Reshape Conv Reshape Relu Reshape Conv Reshape')
        case('dense', [conv, node('Relu', 'c', 'r'), node('Flatten', 'r', 'f'), node('Gemm', 'f g h', 'y', transB=1)], x, 'y',
             {'w': w, 'g': rand(5, 72), 'h': rand(5)}, last_in='x', ops='Input Conv Relu FullyConnected')
        case('dense_matmul', [conv, node('Reshape', 'c s', 'f'), node('Dropout', 'f', 'd'), node('MatMul', 'd g', 'p'), node('Add', 'p h', 'y')], x, 'y',
             {'w': w, 's': ints(1, -1), 'g': rand(72, 5), 'h': rand(5)}, last_in='x', ops='Input Conv FullyConnected')
        case('dense_seen', [conv, node('Flatten', 'c', 'f'), node('Gemm', 'f g', 'y')], x, 'f y', {'w': w, 'g': rand(72, 5)}, last_in='x',
             ops='Input Conv Permute Reshape FullyConnected')
