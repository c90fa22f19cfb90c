using System.Diagnostics.CodeAnalysis;

namespace Vascular.Devices.Par;

/// <summary>What the module is doing, by its state digit. Digits the documents do not name stay numbers.</summary>
public enum ParState
{
    /// <summary>At power-up and between measurements (confidence C); in a status only, no pressure line carries it.</summary>
    Idle = 1,

    /// <summary>Measuring (B).</summary>
    Measuring = 3,

    /// <summary>Manometer mode (C).</summary>
    Manometer = 4,

    /// <summary>Watchdog test (C).</summary>
    WatchdogTest = 5,

    /// <summary>Pneumatic check (C).</summary>
    PneumaticCheck = 7,
}

/// <summary>Whether the cuff suits the mode the module is in (C).</summary>
public enum ParCuff
{
    Fits = 0,
    NeonatalInAdultMode = 1,
    AdultInNeonatalMode = 2,
}

/// <summary>Which of the three messages a <see cref="ParFrame"/> is.</summary>
public enum ParFrameKind
{
    /// <summary>No message: the value of an unset frame.</summary>
    None,
    CuffPressure,
    EndOfMeasurement,
    Status,
}

/// <summary>One message of the module: a cuff pressure, the end of a measurement, or a status with the last result.</summary>
/// <remarks>A closed choice held by value, since pressures stream and a frame must not allocate; only the rare status is an object.
/// Sources and confidence: docs/devices/par-nibp.md.</remarks>
public readonly record struct ParFrame
{
    private ParFrame(ParFrameKind kind) => Kind = kind;

    public ParFrameKind Kind { get; private init; }

    /// <summary>With CuffPressure: 0 to 300 mmHg; 0 otherwise.</summary>
    public int CuffMmHg { get; private init; }

    /// <summary>With CuffPressure: whether the cuff suits the mode.</summary>
    public ParCuff Cuff { get; private init; }

    /// <summary>With CuffPressure and Status: what the module is doing.</summary>
    public ParState State { get; private init; }

    /// <summary>With Status, and only then: status and last result.</summary>
    public ParStatus? Status { get; private init; }

    public static ParFrame EndOfMeasurement { get; } = new(ParFrameKind.EndOfMeasurement);

    /// <param name="state">What the module is doing; the codec refuses a pressure line of a state that streams none.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 300 mmHg.</exception>
    public static ParFrame CuffPressure(int mmHg, ParState state, ParCuff cuff = ParCuff.Fits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mmHg);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mmHg, ParCodec.HighestMmHg);
        return new(ParFrameKind.CuffPressure) { CuffMmHg = mmHg, State = state, Cuff = cuff };
    }

    public static ParFrame OfStatus(ParStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new(ParFrameKind.Status) { Status = status, State = status.State };
    }
}

/// <summary>Status and last result. The values belong to the module's last measurement, whoever ordered it and whenever it was.</summary>
public sealed record ParStatus
{
    public required ParState State { get; init; }

    public bool Neonatal { get; init; }

    /// <summary>Cycle mode, 0 = manual, 0 to 99.</summary>
    public int Cycle { get; init; }

    /// <summary>Message code, 0 to 99; 0 = result valid, or interrupted by the user when there are no values. <see cref="ParMessage"/> names the known ones.</summary>
    public int Message { get; init; }

    /// <summary>The three pressures; null when the module sent dashes.</summary>
    public ParResult? Result { get; init; }

    /// <summary>1/min, 0 to 999; null when the module sent dashes.</summary>
    public int? PulsePerMin { get; init; }

    /// <summary>The T field as sent; what it means is unknown.</summary>
    public string Time { get; init; } = "0000";

    /// <summary>Whether the two checksum digits follow the rule of the commands. That results follow it is unproven: a mismatch is a doubt, no refusal.</summary>
    public bool ChecksumMatches { get; init; } = true;
}

/// <summary>Pressures as sent, 0 to 999 mmHg each: published lines carry placeholders, so plausibility is the reader's to judge.</summary>
public readonly record struct ParResult(int SystolicMmHg, int DiastolicMmHg, int MeanMmHg)
{
    /// <summary>0 &lt; diastolic ≤ mean ≤ systolic ≤ 300 mmHg.</summary>
    public bool Plausible => DiastolicMmHg > 0 && DiastolicMmHg <= MeanMmHg && MeanMmHg <= SystolicMmHg && SystolicMmHg <= ParCodec.HighestMmHg;
}

/// <summary>Texts of the message codes (confidence C: one monitor's alarm texts).</summary>
public static class ParMessage
{
    /// <summary>What a code means, or false for one nobody has published.</summary>
    public static bool TryGetText(int code, [NotNullWhen(true)] out string? text)
    {
        text = code switch
        {
            0 => "result valid, or interrupted when there is none",
            2 => "self-test failed",
            5 => "interrupted by the user",
            6 => "cuff too loose",
            7 => "leakage",
            8 => "pressure loss",
            9 => "pulse not recognised",
            10 => "out of range",
            11 => "movement artefact",
            12 => "excess pressure",
            13 => "signal disturbed by motion",
            15 => "system error",
            _ => null,
        };
        return text is not null;
    }
}
