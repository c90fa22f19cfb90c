using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient;

/// <summary>A cold toe: its pulse grows small, and its pressure moves.</summary>
/// <remarks>That the pulse flattens is not disputed. Which way the pressure goes is: Sawka and Carter 1992 measured less in the cold (34 mmHg at 10 °C, 57 in the room, 69 at 30 °C),
/// others more (56 to 70): clinical reference 2.3. So both are numbers of the scenario. It comes and goes within a minute (assumed).</remarks>
public static class Vasospasm
{
    private const long RampNs = 60 * Nanoseconds.PerSecond;

    /// <summary>What is left of the pulse's height, 0 to 1.</summary>
    public static double Amplitude(IReadOnlyList<LimbEvent> events, Site site, long atNs) => Left(events, site, atNs, spasm => spasm.AmplitudePercent);

    /// <summary>The toe's systolic pressure as a multiple of what it is warm.</summary>
    public static double Systolic(IReadOnlyList<LimbEvent> events, Site site, long atNs) => Left(events, site, atNs, spasm => spasm.SystolicPercent);

    private static double Left(IReadOnlyList<LimbEvent> events, Site site, long atNs, Func<LimbEvent.Vasospasm, double> percent)
    {
        double left = 1;
        foreach (LimbEvent happening in events)
        {
            if (happening is LimbEvent.Vasospasm spasm && spasm.Concerns(site))
            {
                left *= 1 - (spasm.Share(atNs, RampNs) * (1 - (percent(spasm) / 100)));
            }
        }

        return left;
    }
}
