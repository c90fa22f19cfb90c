namespace Vascular.Devices.Par;

/// <summary>What the host may tell the module. The number is the two digits on the wire; abort is the bare character X.</summary>
public enum ParCommand
{
    /// <summary>Start one measurement.</summary>
    Measure = 1,

    /// <summary>Leave the automatic cycle.</summary>
    ManualMode = 3,

    /// <summary>Stream the cuff pressure without pumping.</summary>
    Manometer = 14,

    /// <summary>Pneumatic test.</summary>
    LeakTest = 17,

    /// <summary>Send status and last result.</summary>
    Status = 18,

    /// <summary>First inflation to 100 mmHg, adult or neonatal.</summary>
    StartAt100 = 19,

    /// <summary>120 mmHg, adult or neonatal.</summary>
    StartAt120 = 20,

    /// <summary>140 mmHg.</summary>
    StartAt140 = 21,

    /// <summary>160 mmHg, adult only.</summary>
    StartAt160 = 22,

    /// <summary>180 mmHg, adult only.</summary>
    StartAt180 = 23,
    Adult = 24,
    Neonatal = 25,

    /// <summary>Abort and deflate: the single character X, without STX, checksum or ETX.</summary>
    Abort = 'X',
}
