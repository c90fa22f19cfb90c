using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>What a column of blood between heart and limb does to the limb's pressure.</summary>
/// <remarks>ρ·g·h: 1060 kg/m³ and 9.81 m/s² make 0.780 mmHg for each cm. A foot at the end of an 80 cm leg raised by 30 degrees is 40 cm up: 31 mmHg less.
/// The leg is there within 3 s.</remarks>
public static class LimbHeight
{
    /// <summary>1060 · 9.81 · 0.01 Pa in mmHg of 133.322 Pa.</summary>
    public const double MmHgPerCm = 1060 * 9.81 * 0.01 / 133.322;

    private const long RampNs = 3 * Nanoseconds.PerSecond;

    /// <summary>mmHg to take away at a site; negative for a limb that hangs.</summary>
    public static double MmHg(IReadOnlyList<LimbEvent> events, Site site, long atNs)
    {
        ArgumentNullException.ThrowIfNull(events);
        double cm = 0;
        foreach (LimbEvent happening in events)
        {
            if (happening is LimbEvent.Raised raised && raised.Concerns(site))
            {
                cm += raised.HeightCm * raised.Share(atNs, RampNs);
            }
        }

        return cm * MmHgPerCm;
    }
}
