namespace Vascular.Simulators.Oximeters;

/// <summary>What an oximeter knows at one sample, whatever its wire makes of it.</summary>
/// <param name="Sample">Number of the sample since the device was made.</param>
/// <param name="Counts">The trace, around 0, on the scale of a 16-bit plethysmogram.</param>
/// <param name="PulseCounts">Foot-to-peak height of the pulse under way.</param>
/// <param name="PulseBegins">A pulse was noticed at this sample.</param>
/// <param name="PulseMarked">Within 160 ms of its beginning.</param>
/// <param name="OutOfTrack">No pulse for three seconds.</param>
/// <param name="PulsePerMin">Mean of the last four pulses; null when there are none.</param>
/// <param name="IntervalMs">Between the last two pulses; null likewise.</param>
public readonly record struct OximeterMoment(
    long AtNs, long Sample, double Counts, double PulseCounts, bool SensorOn, bool PulseBegins, bool PulseMarked, bool OutOfTrack,
    int? PulsePerMin, int? IntervalMs, int? Spo2Percent)
{
    /// <summary>The trace between two limits, one <paramref name="countsPerStep"/>th as fine, around their middle.</summary>
    public int Scaled(double countsPerStep, int lowest, int highest) =>
        (int)Math.Clamp(Math.Floor(((lowest + highest + 1) / 2.0) + (Counts / countsPerStep)), lowest, highest);

    /// <summary>Pulse height as a share of the steady light, %: 1 % for each 2000 counts (assumed).</summary>
    public double PerfusionIndexPercent => Math.Round(Math.Clamp(PulseCounts / 2000, 0, 20), 2);
}
