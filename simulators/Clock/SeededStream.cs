namespace Vascular.Simulators.Clock;

/// <summary>Random numbers from a seed and a name: the same on every machine and every release of the runtime.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood 2014). Each source of chance has its own name, so that one more draw in one place moves nothing elsewhere.</remarks>
public sealed class SeededStream
{
    private ulong state;

    public SeededStream(ulong seed, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = 14695981039346656037;
        foreach (char letter in name)
        {
            hash = (hash ^ letter) * 1099511628211;
        }

        state = seed ^ hash;
    }

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform whole number in [0, <paramref name="bound"/>).</summary>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)(Next() % (ulong)bound);
    }

    /// <summary>Bell shaped, mean 0, standard deviation 1, never beyond ±6: the sum of twelve uniform numbers, which needs no logarithm.</summary>
    public double Bell()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
        {
            sum += Unit();
        }

        return sum;
    }
}
