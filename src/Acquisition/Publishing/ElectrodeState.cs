namespace Vascular.Acquisition.Publishing;

/// <summary>Where the TcPO2 measurement under an electrode stands. No value: that is a result's to say.</summary>
/// <param name="Phase">off_skin, heater_off, warming, settling, plateau, no_plateau, air_leak, sensor_fault or site_time_limit.</param>
/// <param name="Flags">What happened on the way, in words of the findings' flags.</param>
public sealed record ElectrodeState(string Phase, IReadOnlyList<string> Flags);
