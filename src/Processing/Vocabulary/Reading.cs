namespace Vascular.Processing.Vocabulary;

/// <summary>What a <see cref="Reading"/> says.</summary>
public enum ReadingKind
{
    /// <summary>One sample of a plethysmogram, in device counts. <see cref="Reading.Index"/> counts samples since the line opened.</summary>
    PlethSample,

    /// <summary>Momentary cuff pressure, mmHg.</summary>
    CuffPressure,

    /// <summary>Result of an oscillometric measurement by the device, mmHg.</summary>
    SystolicPressure,
    DiastolicPressure,
    MeanPressure,

    /// <summary>Pulse rate by the device, 1/min.</summary>
    PulseRate,

    /// <summary>Oxygen saturation by the device, %.</summary>
    OxygenSaturation,

    /// <summary>Perfusion index by the device: pulsatile over steady part of its light, %.</summary>
    PerfusionIndex,

    /// <summary>Time from one pulse to the next by the device, ms.</summary>
    PulseInterval,

    /// <summary>Carbon dioxide tension at the heated skin (TcPCO2), mmHg.</summary>
    TranscutaneousCarbonDioxide,

    /// <summary>Time the heated electrode may stay where it is, min.</summary>
    SiteTimer,

    /// <summary>A cuff module ended a measurement; <see cref="Reading.Detail"/> is its message code (0 = result valid).</summary>
    CuffOutcome,

    /// <summary>A device answered, asked and got an answer late, or is in a state worth showing; <see cref="Reading.Detail"/> is device specific.</summary>
    DeviceStatus,

    /// <summary>Bytes were refused; <see cref="Reading.Fault"/> says why.</summary>
    Refused,

    /// <summary>Nothing was heard for <see cref="Reading.Value"/> seconds.</summary>
    Silent,

    /// <summary>An expected answer did not come before its deadline.</summary>
    NoReply,

    /// <summary>Oxygen tension at the heated skin (TcPO2), mmHg.</summary>
    TranscutaneousOxygen,

    /// <summary>Temperature of the heated skin electrode, degrees Celsius.</summary>
    ElectrodeTemperature,

    /// <summary>Power that holds the electrode at its temperature, mW.</summary>
    HeatingPower,

    /// <summary>Air pressure of the room, absolute and at the station's own height, mmHg.</summary>
    AmbientPressure,

    /// <summary>Temperature at the barometer, degrees Celsius; a little above the room's.</summary>
    AmbientTemperature,

    /// <summary>Voltage at the input of a converter, mV; <see cref="Reading.Scale"/> says how it was made.</summary>
    LineVoltage,

    /// <summary>What comes is read in another of the device's formats from here on; <see cref="Reading.Detail"/> is the format's number. Ours to say: the device said nothing that was understood.</summary>
    FormatTried,
}

/// <summary>Marks a device puts on its own value. They travel to the chart; none changes a number.</summary>
[Flags]
public enum QualityMarks
{
    None = 0,
    Artefact = 1,

    /// <summary>Sustained absence of good pulses.</summary>
    OutOfTrack = 2,

    /// <summary>Unusable data, for instance the sensor is off the toe.</summary>
    SensorAlarm = 4,
    SensorDisconnected = 8,
    MarginalPerfusion = 16,
    LowPerfusion = 32,
    LowBattery = 64,

    /// <summary>The device is looking for a pulse.</summary>
    Searching = 32768,

    /// <summary>The device doubts its own value.</summary>
    Questionable = 65536,

    /// <summary>The device is calibrating: what it says is not of the patient.</summary>
    Calibrating = 131072,

    /// <summary>Test or demonstration data, by the device's own word: never a patient's.</summary>
    TestData = 262144,

    /// <summary>Out of the device's memory: true at <see cref="Reading.DeviceTime"/>, not now.</summary>
    FromMemory = 524288,

    /// <summary>The device says the value is missing: there is no value, whatever <see cref="Reading.Value"/> holds.</summary>
    Missing = 128,

    /// <summary>A checksum of unproven rule did not match (accepted with this mark).</summary>
    ChecksumDoubtful = 256,

    /// <summary>Cuff size does not fit the mode the module is in.</summary>
    WrongCuff = 512,

    /// <summary>A pulse is being marked by the device at this sample.</summary>
    PulseMark = 1024,

    /// <summary>Above what the device's output can show: the truth is at least the limit of the range, <see cref="Reading.Detail"/>. Always with <see cref="Missing"/>.</summary>
    AboveRange = 2048,

    /// <summary>Below what the device's output can show: the truth is at most the limit, <see cref="Reading.Detail"/>. Always with <see cref="Missing"/>.</summary>
    BelowRange = 4096,

    /// <summary>A voltage the device's output cannot have: a wire is off, or goes elsewhere. Always with <see cref="Missing"/>.</summary>
    OpenInput = 8192,

    /// <summary>The register was not read; <see cref="Reading.Detail"/> is the error number (Linux errno, above 0). Always with <see cref="Missing"/>.</summary>
    ReadFailed = 16384,
}

/// <summary>One thing a device said, in the field's units, with its time and its own quality marks. A value type: a frame must not allocate.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="AtNs">Nanoseconds since the tape's anchor at which it was true: for samples the frame count times the period, re-anchored to arrivals; else the arrival.</param>
/// <param name="ArrivedAtNs">Stamp of the read that completed it.</param>
/// <param name="Value">In the unit of <paramref name="Kind"/>; 0 and meaningless with <see cref="QualityMarks.Missing"/>.</param>
public readonly record struct Reading(ReadingKind Kind, long AtNs, long ArrivedAtNs, double Value)
{
    public QualityMarks Marks { get; init; }

    public WireFault Fault { get; init; }

    /// <summary>Sample or frame number since the line opened.</summary>
    public long Index { get; init; }

    /// <summary>Device-specific code: message number of a cuff module, state digit, limit of a range, error number.</summary>
    public int Detail { get; init; }

    /// <summary>With <see cref="ReadingKind.PlethSample"/>: what is known of the trace it belongs to, for the eye and for whoever would grade it.</summary>
    public Waveform? Waveform { get; init; }

    /// <summary>With a value made of a converter's count: reference, gain, bits and calibration it was made by; null elsewhere.</summary>
    public AnalogScale? Scale { get; init; }

    /// <summary>What the device's own clock said, kept beside <see cref="AtNs"/> and never used for order; null where the wire carries none.</summary>
    public DateTime? DeviceTime { get; init; }

    /// <summary>The device said it in a frame of its protocol, whatever it says there; false for what the line or the wait for an answer said.</summary>
    public bool IsOfWholeFrame => Kind is not (ReadingKind.Refused or ReadingKind.Silent or ReadingKind.NoReply or ReadingKind.FormatTried);

    public bool HasValue => (Marks & QualityMarks.Missing) == 0;
}
