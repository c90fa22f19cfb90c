using Vascular.Processing.Oxygen;

namespace Vascular.Acquisition.Examinations;

/// <summary>A method that makes findings, with its version. A released version stays in the code until it is retired,
/// so that a finding is re-derived by the version it names.</summary>
public sealed record Method(string Name, int Version);

/// <summary>Every method of this software.</summary>
public static class Methods
{
    /// <summary>The cuff module's own oscillometric measurement.</summary>
    public static readonly Method ModuleOscillometry = new("module-oscillometry", 2);

    /// <summary>Cuff pressure when the operator marked the Doppler sound.</summary>
    public static readonly Method DopplerMark = new("doppler-mark", 2);

    /// <summary>Cuff pressure at the return of a distal pulse.</summary>
    public static readonly Method ReturnOfPulse = new(Processing.Pressures.ReturnOfPulse.Method, Processing.Pressures.ReturnOfPulse.Version);

    /// <summary>Cuff pressure at an end point the operator moved by hand.</summary>
    public static readonly Method MovedEndPoint = new("moved-end-point", 2);

    /// <summary>A PPG trace at rest and the medians of its accepted beats.</summary>
    public static readonly Method PulseTrace = new("pulse-trace", 4);

    public static readonly Method AnkleBrachialIndex = new("ankle-brachial-index", 2);

    public static readonly Method ToeBrachialIndex = new("toe-brachial-index", 2);

    /// <summary>TcPO2 when the skin is warm and the value steady.</summary>
    public static readonly Method SkinOxygen = new(Plateau.Method, Plateau.Version);

    /// <summary>TcPO2 of the foot over that of the chest.</summary>
    public static readonly Method RegionalPerfusion = new("regional-perfusion-index", 2);

    /// <summary>WIfI ischaemia grade of what was measured of a foot.</summary>
    public static readonly Method WifiIschaemia = new("wifi-ischaemia", 1);

    /// <summary>Falls between the levels of a limb and differences between its sides.</summary>
    public static readonly Method SegmentalPressures = new("segmental-pressures", 1);

    /// <summary>Ankle pressure and index after exercise against those at rest.</summary>
    public static readonly Method ExerciseResponse = new("exercise-response", 1);

    /// <summary>TcPO2 at the end of a provocation.</summary>
    public static readonly Method Provocation = new("tcpo2-provocation", 1);

    /// <summary>How far TcPO2 moved from rest under a provocation.</summary>
    public static readonly Method ProvocationResponse = new("provocation-response", 1);

    /// <summary>WIfI stage of an ischaemia grade and of wound and infection as entered.</summary>
    public static readonly Method WifiStage = new("wifi-stage", 1);

    /// <summary>What two or three readings of one artery come to.</summary>
    public static readonly Method RepeatedReadings = new("repeated-readings", 1);

    /// <summary>What the operator said: amputated, not obtainable.</summary>
    public static readonly Method Stated = new("stated", 1);

    public static readonly IReadOnlyList<Method> All =
        [AnkleBrachialIndex, DopplerMark, ExerciseResponse, ModuleOscillometry, MovedEndPoint, Provocation, ProvocationResponse, PulseTrace, RegionalPerfusion, RepeatedReadings, ReturnOfPulse, SegmentalPressures, SkinOxygen, Stated, ToeBrachialIndex, WifiIschaemia, WifiStage];
}
