using System.Runtime.CompilerServices;

namespace Vascular.Processing.Signals;

/// <summary>One second-order Butterworth section, designed for the true sampling rate by the bilinear transform.</summary>
/// <remarks>Starts with its first value as the steady state, so that an offset makes no swing. Only IEEE basic operations and Sqrt: the same
/// numbers on every machine.</remarks>
public sealed class Biquad
{
    private const double Pi = 3.14159265358979323846;
    private readonly double b0, b1, b2, a1, a2, steadyGain;
    private double z1, z2;
    private bool started;

    private Biquad(double rateHz, double b0, double b1, double b2, double a1, double a2, double steadyGain) =>
        (RateHz, this.b0, this.b1, this.b2, this.a1, this.a2, this.steadyGain) = (rateHz, b0, b1, b2, a1, a2, steadyGain);

    /// <summary>Samples a second it was designed for.</summary>
    public double RateHz { get; }

    /// <param name="cutoffHz">-3 dB point, below 0.45 of <paramref name="rateHz"/>.</param>
    public static Biquad LowPass(double cutoffHz, double rateHz)
    {
        (double k, double norm, double a1, double a2) = Design(cutoffHz, rateHz);
        double b0 = k * k * norm;
        return new(rateHz, b0, 2 * b0, b0, a1, a2, 1);
    }

    /// <param name="cutoffHz">-3 dB point, below 0.45 of <paramref name="rateHz"/>.</param>
    public static Biquad HighPass(double cutoffHz, double rateHz)
    {
        (_, double norm, double a1, double a2) = Design(cutoffHz, rateHz);
        return new(rateHz, norm, -2 * norm, norm, a1, a2, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Next(double value)
    {
        if (!started)
        {
            Start(value);
        }

        double output = b0 * value + z1;
        z1 = b1 * value - a1 * output + z2;
        z2 = b2 * value - a2 * output;
        return output;
    }

    public void Restart() => started = false;

    private void Start(double value)
    {
        started = true;
        z2 = (b2 - a2 * steadyGain) * value;
        z1 = (b1 - a1 * steadyGain) * value + z2;
    }

    private static (double K, double Norm, double A1, double A2) Design(double cutoffHz, double rateHz)
    {
        if (!(cutoffHz > 0 && cutoffHz < 0.45 * rateHz))
        {
            throw new ArgumentOutOfRangeException(nameof(cutoffHz), cutoffHz, "A cut-off lies between 0 and 0.45 of the sampling rate.");
        }

        double k = Tangent(Pi * cutoffHz / rateHz);
        double root = Math.Sqrt(2) * k;
        double norm = 1 / (1 + root + k * k);
        return (k, norm, 2 * (k * k - 1) * norm, (1 - root + k * k) * norm);
    }

    /// <summary>tan x for 0 to 1.42 by Lambert's continued fraction; twelve steps are exact to the last bits there.</summary>
    private static double Tangent(double x)
    {
        double fraction = 25;
        for (int odd = 23; odd >= 1; odd -= 2)
        {
            fraction = odd - x * x / fraction;
        }

        return x / fraction;
    }
}
