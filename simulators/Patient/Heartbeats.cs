using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>One beat of the heart.</summary>
/// <param name="AtNs">When it starts.</param>
/// <param name="LengthNs">Until the next one starts.</param>
/// <param name="Swing">How far this beat's systolic pressures lie from their mean, as a fraction (0.004 = 0.4 %).</param>
public readonly record struct Heartbeat(long Index, long AtNs, long LengthNs, double Swing)
{
    public long EndNs => AtNs + LengthNs;
}

/// <summary>The beats of one patient, a function of the seed alone, made as far as they are asked for.</summary>
/// <remarks>The latest <see cref="Kept"/> beats are kept (about an hour); an earlier one is refused, never invented.</remarks>
public sealed class Heartbeats
{
    public const int Kept = 4096;

    private const double LengthSwayByBreath = 0.015;
    private const double LengthSpread = 0.01;

    private readonly Heartbeat[] ring = new Heartbeat[Kept];
    private readonly SeededStream chance;
    private double meanLengthNs;
    private readonly double breathNs;
    private readonly double swing;
    private long made;

    public Heartbeats(PatientTruth truth, SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(truth);
        this.chance = chance;
        Change(truth.HeartRatePerMin);
        breathNs = 60.0 * Nanoseconds.PerSecond / truth.RespirationPerMin;
        swing = truth.PressureSwingPercent / 100;
        // the patient lived before time 0: ten seconds of it, with a phase from the seed
        Make((long)(-(10 + chance.Unit()) * Nanoseconds.PerSecond));
    }

    /// <summary>Another heart rate, 1/min, from the next beat that is made.</summary>
    public void Change(double perMin) => meanLengthNs = 60.0 * Nanoseconds.PerSecond / perMin;

    /// <summary>The beat in which <paramref name="atNs"/> lies.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before the beats kept.</exception>
    public Heartbeat At(long atNs)
    {
        while (ring[(made - 1) % Kept].EndNs <= atNs)
        {
            Make(ring[(made - 1) % Kept].EndNs);
        }

        for (long index = made - 1; index >= Math.Max(0, made - Kept); index--)
        {
            if (ring[index % Kept].AtNs <= atNs)
            {
                return ring[index % Kept];
            }
        }

        throw new ArgumentOutOfRangeException(nameof(atNs), atNs, "The beats of that time are no longer kept.");
    }

    /// <summary>The beat after <paramref name="beat"/>.</summary>
    public Heartbeat After(in Heartbeat beat) => At(beat.EndNs);

    /// <summary>Chest movement, -1 to 1, smooth: two parabolas a breath, close to a sine and the same on every machine.</summary>
    public double BreathAt(long atNs)
    {
        double phase = atNs / breathNs;
        phase -= Math.Floor(phase);
        return phase < 0.5 ? 8 * phase * (1 - (2 * phase)) : -8 * (phase - 0.5) * (2 - (2 * phase));
    }

    private void Make(long atNs)
    {
        double breath = BreathAt(atNs);
        double length = meanLengthNs * (1 + (LengthSwayByBreath * breath) + (LengthSpread * chance.Bell()));
        double pressure = swing * ((0.8 * breath) + (0.6 * chance.Bell()));
        ring[made % Kept] = new Heartbeat(made, atNs, (long)length, pressure);
        made++;
    }
}
