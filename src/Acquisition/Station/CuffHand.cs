using Vascular.Acquisition.Bedside;
using Vascular.Simulators.Patient;

namespace Vascular.Acquisition.Station;

/// <summary>The hand on a simulated cuff's bulb and valve, as the page's keys move it.</summary>
internal static class CuffHand
{
    private const double PumpMmHgPerS = 20;
    private const double BleedMmHgPerS = 2;

    /// <param name="atNs">Time of the cuff's own clock.</param>
    public static void Move(SimulatedCuff cuff, CuffMove move, long atNs)
    {
        switch (move)
        {
            case CuffMove.Pump:
                cuff.Inflate(atNs, cuff.LimitMmHg, PumpMmHgPerS);
                break;
            case CuffMove.Bleed:
                cuff.Bleed(atNs, 0, BleedMmHgPerS);
                break;
            case CuffMove.Hold:
                cuff.Hold(atNs);
                break;
            default:
                cuff.Dump(atNs);
                break;
        }
    }
}
