namespace Vascular.Devices.IntelliVue;

/// <summary>What a message of the Data Export interface is.</summary>
public enum IntelliVueKind
{
    /// <summary>None of those named here: passed over.</summary>
    Other,
    AssociationRequest,
    AssociationAccept,
    AssociationRefuse,
    ReleaseRequest,
    ReleaseResponse,
    Abort,

    /// <summary>The monitor presents itself and wants an answer.</summary>
    CreateEvent,
    CreateResult,
    PollRequest,
    PollResult,

    /// <summary>The monitor could not do what it was asked.</summary>
    Error,
}

/// <summary>Place of a message in a chain of linked results.</summary>
public enum IntelliVueLinked
{
    /// <summary>A result of its own.</summary>
    Whole,
    First,
    Middle,
    Last,
}

/// <summary>One message; its numerics, if it has any, stand beside it.</summary>
/// <param name="InvokeId">Of data messages: the request it answers, or its own.</param>
/// <param name="PollNumber">With PollRequest and PollResult.</param>
/// <param name="RelativeTime">With PollResult: the monitor's running time, units of 125 µs; with CreateEvent: the event's time.</param>
/// <param name="DeviceTime">With PollResult: the monitor's date and time; null where it sent none. No time zone is stated.</param>
public readonly record struct IntelliVueMessage(
    IntelliVueKind Kind, IntelliVueLinked Linked = IntelliVueLinked.Whole, ushort InvokeId = 0, ushort PollNumber = 0, uint RelativeTime = 0, DateTime? DeviceTime = null);

/// <summary>State bits of a numeric.</summary>
[Flags]
public enum IntelliVueStates : ushort
{
    None = 0,
    AlarmInhibited = 0x0001,
    InAlarm = 0x0002,
    MeasurementOngoing = 0x0020,
    EarlyIndication = 0x0040,
    Validated = 0x0080,
    DemoData = 0x0400,
    TestData = 0x0800,
    Calibrating = 0x1000,
    Unavailable = 0x2000,
    Questionable = 0x4000,
    Invalid = 0x8000,

    /// <summary>There is no value of the patient.</summary>
    NoValue = Invalid | Unavailable | Calibrating,
}

/// <summary>One observed numeric.</summary>
/// <param name="Handle">Which measurement of the monitor: two of one kind differ by it alone, and no wire says where they sit.</param>
/// <param name="PhysiologicalId">What it is, for instance <see cref="IntelliVueCodes.TcpO2"/>.</param>
/// <param name="Unit">Unit code, for instance <see cref="IntelliVueCodes.MmHg"/>.</param>
/// <param name="Value">As sent, whatever the state says; null for "not a number".</param>
public readonly record struct IntelliVueNumeric(ushort Handle, ushort PhysiologicalId, IntelliVueStates State, ushort Unit, decimal? Value)
{
    private const decimal MmHgPerKPa = 7.50062m;

    /// <summary>The value the state allows, pressures in mmHg and power in mW; null when there is none or its unit is none of those known for it.</summary>
    public decimal? Usable => (State & IntelliVueStates.NoValue) != 0 ? null : (PhysiologicalId, Unit) switch
    {
        (IntelliVueCodes.TcpO2 or IntelliVueCodes.TcpCO2, IntelliVueCodes.MmHg) => Value,
        (IntelliVueCodes.TcpO2 or IntelliVueCodes.TcpCO2, IntelliVueCodes.KPa) => Value * MmHgPerKPa,
        (IntelliVueCodes.SensorTemperature, IntelliVueCodes.Celsius) => Value,
        (IntelliVueCodes.HeatingPower, IntelliVueCodes.MilliWatt) => Value,
        (IntelliVueCodes.HeatingPower, IntelliVueCodes.Watt) => Value * 1000,
        (IntelliVueCodes.SiteTimer, IntelliVueCodes.Minute) => Value,
        _ => null,
    };
}

/// <summary>Codes of the transcutaneous gas measurement and its units (two public programs agree).</summary>
public static class IntelliVueCodes
{
    public const ushort TcpO2 = 0x50D0;
    public const ushort TcpCO2 = 0x50CC;
    public const ushort SiteTimer = 0xF03E;
    public const ushort SensorTemperature = 0xF03F;
    public const ushort HeatingPower = 0xF076;
    public const ushort MmHg = 0x0F20;
    public const ushort KPa = 0x0F03;
    public const ushort Celsius = 0x17A0;
    public const ushort MilliWatt = 0x0FD2;
    public const ushort Watt = 0x0FC0;
    public const ushort Minute = 0x08A0;
}
