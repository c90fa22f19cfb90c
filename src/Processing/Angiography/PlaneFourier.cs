using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vascular.Processing.Angiography;

/// <summary>The discrete Fourier transform of a square picture whose side is a power of two, four or more; radix 2, in place.</summary>
/// <remarks>Four columns go through each operation together and never meet; rows are turned into columns first. The order of operations on a number does not depend on it.</remarks>
internal sealed class PlaneFourier
{
    private const int Lanes = 4;

    private readonly int side;
    private readonly double[] cos;
    private readonly double[] sin;

    public PlaneFourier(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, Lanes);
        this.side = side;
        (cos, sin) = (new double[side / 2], new double[side / 2]);
        for (int k = 0; k < side / 2; k++)
        {
            double angle = 2 * Elementary.Pi * k / side;
            (cos[k], sin[k]) = (Elementary.Cos(angle), Elementary.Sin(angle));
        }
    }

    /// <summary>Forward, or backward without the division by the number of pixels.</summary>
    public void Transform(double[] real, double[] imaginary, bool backward)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(real.Length, side * side, nameof(real));
        ArgumentOutOfRangeException.ThrowIfNotEqual(imaginary.Length, side * side, nameof(imaginary));
        Transpose(real);
        Transpose(imaginary);
        Columns(real, imaginary, backward);
        Transpose(real);
        Transpose(imaginary);
        Columns(real, imaginary, backward);
    }

    private void Transpose(double[] plane)
    {
        for (int row = 0; row < side; row++)
        {
            for (int column = row + 1; column < side; column++)
            {
                (plane[row * side + column], plane[column * side + row]) = (plane[column * side + row], plane[row * side + column]);
            }
        }
    }

    private void Columns(double[] real, double[] imaginary, bool backward)
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
                Swap(real, k, reversed);
                Swap(imaginary, k, reversed);
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
                    Butterflies(real, imaginary, (start + k) * side, (start + k + half) * side, Vector256.Create(c), Vector256.Create(s));
                }
            }
        }
    }

    /// <summary>One butterfly of every column, between two rows that begin at <paramref name="even"/> and <paramref name="odd"/>.</summary>
    private void Butterflies(double[] real, double[] imaginary, int even, int odd, Vector256<double> c, Vector256<double> s)
    {
        ref double re = ref MemoryMarshal.GetArrayDataReference(real), im = ref MemoryMarshal.GetArrayDataReference(imaginary);
        for (int column = 0; column < side; column += Lanes)
        {
            (nuint one, nuint other) = ((nuint)(even + column), (nuint)(odd + column));
            Vector256<double> oddReal = Vector256.LoadUnsafe(ref re, other), oddImaginary = Vector256.LoadUnsafe(ref im, other);
            Vector256<double> turnedReal = oddReal * c - oddImaginary * s, turnedImaginary = oddReal * s + oddImaginary * c;
            Vector256<double> evenReal = Vector256.LoadUnsafe(ref re, one), evenImaginary = Vector256.LoadUnsafe(ref im, one);
            (evenReal - turnedReal).StoreUnsafe(ref re, other);
            (evenImaginary - turnedImaginary).StoreUnsafe(ref im, other);
            (evenReal + turnedReal).StoreUnsafe(ref re, one);
            (evenImaginary + turnedImaginary).StoreUnsafe(ref im, one);
        }
    }

    private void Swap(double[] plane, int row, int other)
    {
        Span<double> one = plane.AsSpan(row * side, side), two = plane.AsSpan(other * side, side);
        for (int column = 0; column < side; column++)
        {
            (one[column], two[column]) = (two[column], one[column]);
        }
    }
}
