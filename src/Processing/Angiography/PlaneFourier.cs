namespace Vascular.Processing.Angiography;

/// <summary>The discrete Fourier transform of a square picture whose side is a power of two; radix 2, in place.</summary>
internal sealed class PlaneFourier
{
    private readonly int side;
    private readonly double[] cos;
    private readonly double[] sin;
    private readonly double[] columnReal;
    private readonly double[] columnImaginary;

    public PlaneFourier(int side)
    {
        this.side = side;
        (cos, sin) = (new double[side / 2], new double[side / 2]);
        (columnReal, columnImaginary) = (new double[side], new double[side]);
        for (int k = 0; k < side / 2; k++)
        {
            double angle = 2 * Elementary.Pi * k / side;
            (cos[k], sin[k]) = (Elementary.Cos(angle), Elementary.Sin(angle));
        }
    }

    /// <summary>Forward, or backward without the division by the number of pixels.</summary>
    public void Transform(double[] real, double[] imaginary, bool backward)
    {
        for (int row = 0; row < side; row++)
        {
            Line(real.AsSpan(row * side, side), imaginary.AsSpan(row * side, side), backward);
        }

        for (int column = 0; column < side; column++)
        {
            for (int row = 0; row < side; row++)
            {
                (columnReal[row], columnImaginary[row]) = (real[row * side + column], imaginary[row * side + column]);
            }

            Line(columnReal, columnImaginary, backward);
            for (int row = 0; row < side; row++)
            {
                (real[row * side + column], imaginary[row * side + column]) = (columnReal[row], columnImaginary[row]);
            }
        }
    }

    private void Line(Span<double> real, Span<double> imaginary, bool backward)
    {
        for (int k = 1, reversed = 0; k < side; k++)
        {
            int bit = side >> 1;
            while ((reversed & bit) != 0)
            {
                reversed ^= bit;
                bit >>= 1;
            }

            reversed |= bit;
            if (k < reversed)
            {
                (real[k], real[reversed]) = (real[reversed], real[k]);
                (imaginary[k], imaginary[reversed]) = (imaginary[reversed], imaginary[k]);
            }
        }

        for (int length = 2; length <= side; length *= 2)
        {
            int half = length / 2, step = side / length;
            for (int start = 0; start < side; start += length)
            {
                for (int k = 0; k < half; k++)
                {
                    double c = cos[k * step], s = backward ? sin[k * step] : -sin[k * step];
                    int even = start + k, odd = even + half;
                    double re = real[odd] * c - imaginary[odd] * s, im = real[odd] * s + imaginary[odd] * c;
                    (real[odd], imaginary[odd]) = (real[even] - re, imaginary[even] - im);
                    (real[even], imaginary[even]) = (real[even] + re, imaginary[even] + im);
                }
            }
        }
    }
}
