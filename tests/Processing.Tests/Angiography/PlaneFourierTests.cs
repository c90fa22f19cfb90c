using Vascular.Processing.Angiography;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>Against the sum that defines it, and to the bit against one line after another: figures kept long ago rest on these bits.</summary>
public sealed class PlaneFourierTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    public void A_plane_is_transformed_as_line_after_line_would_be_to_the_bit_and_back(int side)
    {
        var random = new Random(side);
        double[] real = [.. Enumerable.Range(0, side * side).Select(_ => random.NextDouble() - 0.5)], imaginary = [.. real.Select(_ => random.NextDouble() - 0.5)];
        double[] re = [.. real], im = [.. imaginary], lineRe = [.. real], lineIm = [.. imaginary];
        var fourier = new PlaneFourier(side);
        fourier.Transform(re, im, backward: false);
        ByLines(lineRe, lineIm, side, backward: false);
        Assert.Equal(lineRe.Select(BitConverter.DoubleToInt64Bits), re.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(lineIm.Select(BitConverter.DoubleToInt64Bits), im.Select(BitConverter.DoubleToInt64Bits));

        (int down, int across) = (1, side - 1);
        (double sumRe, double sumIm) = (0, 0);
        for (int k = 0; k < real.Length; k++)
        {
            double angle = -2 * Math.PI * ((k / side * down + k % side * across) % side) / side;
            sumRe += real[k] * Math.Cos(angle) - imaginary[k] * Math.Sin(angle);
            sumIm += real[k] * Math.Sin(angle) + imaginary[k] * Math.Cos(angle);
        }

        Assert.Equal(sumRe, re[down * side + across], 10);
        Assert.Equal(sumIm, im[down * side + across], 10);
        fourier.Transform(re, im, backward: true);
        Assert.All(Enumerable.Range(0, real.Length), k => Assert.Equal(real[k], re[k] / (side * side), 12));
    }

    /// <summary>Radix 2, rows and then columns, one number after another.</summary>
    private static void ByLines(double[] real, double[] imaginary, int side, bool backward)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            (int line, int step) = pass == 0 ? (side, 1) : (1, side);
            for (int number = 0; number < side; number++)
            {
                int[] at = [.. Enumerable.Range(0, side).Select(k => number * line + k * step)];
                double[] re = [.. Enumerable.Range(0, side).Select(k => real[at[Reversed(k, side)]])], im = [.. Enumerable.Range(0, side).Select(k => imaginary[at[Reversed(k, side)]])];
                for (int length = 2; length <= side; length *= 2)
                {
                    for (int k = 0; k < side; k++)
                    {
                        int turn = k % length;
                        if (turn < length / 2)
                        {
                            double angle = 2 * Elementary.Pi * (turn * (side / length)) / side;
                            double c = Elementary.Cos(angle), s = backward ? Elementary.Sin(angle) : -Elementary.Sin(angle);
                            int odd = k + length / 2;
                            double turnedRe = re[odd] * c - im[odd] * s, turnedIm = re[odd] * s + im[odd] * c;
                            (re[k], im[k], re[odd], im[odd]) = (re[k] + turnedRe, im[k] + turnedIm, re[k] - turnedRe, im[k] - turnedIm);
                        }
                    }
                }

                for (int k = 0; k < side; k++)
                {
                    (real[at[k]], imaginary[at[k]]) = (re[k], im[k]);
                }
            }
        }
    }

    private static int Reversed(int index, int side)
    {
        int reversed = 0;
        for (int bit = 1; bit < side; bit *= 2)
        {
            reversed = 2 * reversed + (index & bit) / bit;
        }

        return reversed;
    }
}
