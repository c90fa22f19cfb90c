namespace Vascular.Processing.Vocabulary;

/// <summary>What stands between a voltage and the count of a converter, and between a voltage and a pressure. Travels with every value made of one.</summary>
/// <remarks>One instance for as long as nothing of it changes, so that a reading allocates nothing.</remarks>
/// <param name="Converter">The part, for instance <c>mcp3208</c>.</param>
/// <param name="Bits">Of a count.</param>
/// <param name="ReferenceMilliVolts">Voltage the converter measures against, mV. No wire tells it: the site says it.</param>
/// <param name="Gain">Of the amplifier before the converter; 1 where there is none.</param>
/// <param name="MilliVoltsPerCount">By reference, gain and bits, or as the kernel's driver says it.</param>
public sealed record AnalogScale(string Converter, int Bits, double ReferenceMilliVolts, int Gain, double MilliVoltsPerCount)
{
    /// <summary>What a transducer's voltage means; null while nobody has calibrated it.</summary>
    public TransducerCalibration? Calibration { get; init; }
}

/// <summary>A pressure transducer held against a manometer: pressure = (voltage − <paramref name="ZeroMilliVolts"/>) × <paramref name="MmHgPerMilliVolt"/>.</summary>
/// <param name="ZeroMilliVolts">Its voltage with the cuff open, mV.</param>
/// <param name="MmHgPerMilliVolt">mmHg of a millivolt; below 0 where its wires are crossed, never 0.</param>
/// <param name="RangeMmHg">Pressure up to which it was held against the manometer, mmHg.</param>
/// <param name="Source">Who says so, for the record: a manometer, a day.</param>
public sealed record TransducerCalibration(double ZeroMilliVolts, double MmHgPerMilliVolt, int RangeMmHg, string Source)
{
    public double MmHg(double milliVolts) => (milliVolts - ZeroMilliVolts) * MmHgPerMilliVolt;
}
