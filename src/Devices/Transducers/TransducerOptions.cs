using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Transducers;

/// <summary>What the settings on the tape say about a pressure transducer on a converter, beyond which converter that is.</summary>
/// <param name="ReferenceMilliVolts">Voltage the converter measures against, mV: VREF of an MCP320x, AVDD of an HX711.</param>
/// <param name="Calibration">Null while nobody has calibrated it: then its voltage is all there is.</param>
public sealed record TransducerOptions(double ReferenceMilliVolts, TransducerCalibration? Calibration)
{
    public const double LowestReferenceMilliVolts = 250;
    public const double HighestReferenceMilliVolts = 5500;

    /// <exception cref="ArgumentOutOfRangeException">Outside 250 to 5500 mV: no such converter works there.</exception>
    public double ReferenceMilliVolts { get; } = ReferenceMilliVolts is >= LowestReferenceMilliVolts and <= HighestReferenceMilliVolts
        ? ReferenceMilliVolts
        : throw new ArgumentOutOfRangeException(nameof(ReferenceMilliVolts), ReferenceMilliVolts, "250 to 5500 mV.");
}
