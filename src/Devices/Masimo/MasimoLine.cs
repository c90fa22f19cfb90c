namespace Vascular.Devices.Masimo;

/// <summary>Exceptions of a Masimo monitor, the low twelve bits of its EXC field.</summary>
[Flags]
public enum MasimoExceptions
{
    None = 0,
    NoSensor = 0x001,
    DefectiveSensor = 0x002,
    LowPerfusion = 0x004,
    PulseSearch = 0x008,
    Interference = 0x010,
    SensorOff = 0x020,
    AmbientLight = 0x040,
    UnrecognisedSensor = 0x080,
    LowSignalIq = 0x400,

    /// <summary>Masimo SET mode; says nothing about the measurement.</summary>
    SetMode = 0x800,

    /// <summary>No statement is possible whatever the numbers are: a trend line writes zeros then.</summary>
    NoMeasurement = NoSensor | DefectiveSensor | SensorOff | UnrecognisedSensor,
}

/// <summary>One line of a Rad-8 or Radical-7: numbers once a second (ASCII 1), or one line of its trend.</summary>
/// <param name="DeviceTime">By the device's clock; of no stated time zone. Two digits of year are of this century.</param>
/// <param name="Trend">A line of the stored trend: not of now.</param>
/// <param name="SerialNumber">Of the sensor or device, as the device says it; null when dashes.</param>
/// <param name="Spo2Percent">1 to 100; null when missing, 0, or without a measurement.</param>
/// <param name="PulsePerMin">Likewise.</param>
/// <param name="PerfusionIndexPercent">Likewise.</param>
/// <param name="Alarm">As sent; its bits are one program's experiments and are not read.</param>
/// <param name="Exceptions">Low twelve bits of EXC; null when the line has none.</param>
/// <remarks>Other fields (SPCO, SPMET, SPHB, SPOC, RESVD, DESAT, PIDELTA, PVI, EXC1) are passed over.</remarks>
public readonly record struct MasimoLine(
    DateTime DeviceTime, bool Trend, long? SerialNumber, int? Spo2Percent, int? PulsePerMin, double? PerfusionIndexPercent, int? Alarm, MasimoExceptions? Exceptions);
