using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>What movement and tremor add to an optical trace, counts: a function of time and seed.</summary>
/// <remarks>Movement is three swings of frequencies that never meet again (0.7, 1.9 and 3.3 Hz, within the band of the pulse itself, which is what makes it hard);
/// tremor is one swing at the scenario's frequency (4 to 6 Hz is the textbook's resting tremor, 8 to 12 Hz the cold's shiver). A swing is two parabolas a turn, close to
/// a sine and the same on every machine. Amplitudes are the scenario's; the mixture is assumed, no recording stands behind it.</remarks>
public sealed class LimbMotion
{
    private const long RampNs = 300_000_000;

    private static readonly (double Hertz, double Share)[] Swings = [(0.7, 0.5), (1.9, 0.3), (3.3, 0.2)];

    private readonly double[] phases = new double[Swings.Length + 1];

    public LimbMotion(SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        for (int i = 0; i < phases.Length; i++)
        {
            phases[i] = chance.Unit();
        }
    }

    /// <summary>Counts at a site.</summary>
    public double At(IReadOnlyList<LimbEvent> events, Site site, long atNs)
    {
        ArgumentNullException.ThrowIfNull(events);
        double counts = 0;
        foreach (LimbEvent happening in events)
        {
            if (!happening.Concerns(site))
            {
                continue;
            }

            double seconds = Nanoseconds.ToSeconds(atNs);
            counts += happening.Share(atNs, RampNs) * happening switch
            {
                LimbEvent.Movement m => m.AmplitudeCounts * Moving(seconds),
                LimbEvent.Tremor t => t.AmplitudeCounts * Swing((seconds * t.FrequencyHz) + phases[^1]),
                _ => 0,
            };
        }

        return counts;
    }

    private double Moving(double seconds)
    {
        double sum = 0;
        for (int i = 0; i < Swings.Length; i++)
        {
            sum += Swings[i].Share * Swing((seconds * Swings[i].Hertz) + phases[i]);
        }

        return sum;
    }

    /// <summary>-1 to 1 over one turn.</summary>
    private static double Swing(double turns)
    {
        double phase = turns - Math.Floor(turns);
        return phase < 0.5 ? 8 * phase * (1 - (2 * phase)) : -8 * (phase - 0.5) * (2 - (2 * phase));
    }
}
