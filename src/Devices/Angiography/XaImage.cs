using System.Text.Json;
using Vascular.Processing.Angiography;

namespace Vascular.Devices.Angiography;

/// <summary>One multi-frame X-ray angiographic image (XA, 1.2.840.10008.5.1.4.1.1.12.1) as its header says it.</summary>
/// <param name="Study">Study Instance UID.</param>
/// <param name="Series">Series Instance UID.</param>
/// <param name="Instance">SOP Instance UID.</param>
/// <param name="PatientId">Patient ID as sent; null where empty.</param>
/// <param name="Accession">Accession Number; null where empty.</param>
/// <param name="Laterality">Image or series laterality, R or L; null where not said: a side is never guessed.</param>
/// <param name="BodyPart">Body Part Examined as sent; often wrong by habit, so shown and never relied on.</param>
/// <param name="Description">Series Description.</param>
/// <param name="PrimaryAngleDegrees">Positioner Primary Angle; two runs compare only at the same angles.</param>
/// <param name="WindowCentre">Window Center for display, as a stored value; null where the series names none that can be.</param>
public sealed record XaImage(
    string Study,
    string Series,
    string Instance,
    string? PatientId,
    string? Accession,
    string? Laterality,
    string? BodyPart,
    string? Description,
    int Frames,
    int Rows,
    int Columns,
    int BitsAllocated,
    double? PrimaryAngleDegrees,
    double? SecondaryAngleDegrees,
    double? WindowCentre,
    double? WindowWidth,
    bool IsLossy,
    RunDescription Run)
{
    /// <summary>XA; DX and CR for a film of the foot.</summary>
    public string? Modality { get; init; }

    /// <summary>Issuer of Patient ID as sent; null where empty.</summary>
    public string? PatientIssuer { get; init; }

    /// <summary>What <see cref="SaidSide"/> says of a picture of both legs, and of one whose attributes name two different sides.</summary>
    public const string BothSides = "B";

    /// <summary>R, L or <see cref="BothSides"/> as the picture says it; null where it says none.</summary>
    public string? SaidSide { get => field ?? Laterality; init; }

    private const int MostPixels = 4096;
    private const int MostFrames = 100_000;

    /// <summary>Degrees or mm: less is the encoder's, not a move. [D]</summary>
    private const double MostDrift = 0.5;

    /// <summary>Table Vertical, Lateral and Longitudinal Increment; Positioner Primary and Secondary Angle Increment.</summary>
    private static readonly string[] MoveTags = ["00181135", "00181136", "00181137", "00181520", "00181521"];

    /// <summary>The lowest stored value is shown white: MONOCHROME1, or a falling Rescale Slope.</summary>
    public bool IsInverted { get; init; }

    /// <summary>How it was taken, as far as figures of two runs depend on it.</summary>
    public RunAcquisition? Acquisition { get; init; }

    /// <summary>Bytes of one frame as the archive sends it, little endian.</summary>
    public int FrameBytes => Rows * Columns * BitsAllocated / 8;

    /// <summary>Reads the header of an instance in DICOM JSON.</summary>
    /// <exception cref="AngiogramException">It is no grey image that this code reads; the message names the attribute and what it holds.</exception>
    public static XaImage Of(JsonElement instance)
    {
        var data = new DicomElements(instance);
        string Uid(string tag, string name) => data.Text(tag) is { Length: > 0 } uid && uid.All(c => char.IsAsciiDigit(c) || c == '.')
            ? uid
            : throw new AngiogramException($"{name} is '{data.Text(tag)}', which is no UID");
        int Size(string tag, string name, int most) => data.Whole(tag) is { } size && size >= 1 && size <= most
            ? size
            : throw new AngiogramException($"{name} is '{data.Text(tag)}', expected 1 to {most}");
        (string study, string series, string uid) = (Uid("0020000D", "Study Instance UID"), Uid("0020000E", "Series Instance UID"), Uid("00080018", "SOP Instance UID"));
        if (data.Whole("00280002") is not 1 || data.Text("00280004") is not ("MONOCHROME1" or "MONOCHROME2"))
        {
            throw new AngiogramException($"the image has {data.Text("00280002") ?? "no"} samples a pixel and is {data.Text("00280004") ?? "of no photometric interpretation"}; only grey images carry densities");
        }

        (int allocated, int stored) = (data.Whole("00280100") ?? 0, data.Whole("00280101") ?? 0);
        if (allocated is not (8 or 16) || stored < 1 || stored > allocated || data.Whole("00280102") != stored - 1 || data.Whole("00280103") is not 0)
        {
            throw new AngiogramException(
                $"pixels of {allocated} bits allocated, {stored} stored, high bit {data.Text("00280102") ?? "missing"}, representation {data.Text("00280103") ?? "missing"} are not read; XA has 8 or 16 allocated, unsigned, high bit one below stored");
        }

        (double? centre, double? width) = WindowOf(data);
        int frames = data.Text("00280008") is null ? 1 : Size("00280008", "Number of Frames", MostFrames);
        return new XaImage(
            study, series, uid, Full(data.Text("00100020")), Full(data.Text("00080050")), Known(Said(data)), Full(data.Text("00180015")), Full(data.Text("0008103E")),
            frames, Size("00280010", "Rows", MostPixels), Size("00280011", "Columns", MostPixels), allocated,
            data.Number("00181510"), data.Number("00181511"), centre, width,
            data.Text("00282110") == "01", RunOf(data, frames, stored))
        {
            Modality = Full(data.Text("00080060")),
            PatientIssuer = Full(data.Text("00100021")),
            SaidSide = Said(data),
            IsInverted = (data.Text("00280004") == "MONOCHROME1") != (data.Number("00281053") < 0),
            Acquisition = AcquisitionOf(data),
        };
    }

    /// <summary>The header's window in stored values: it is given behind Rescale (PS3.3 C.11.2.1.2). Behind a Modality LUT it is of no straight line: none is taken then.</summary>
    private static (double? Centre, double? Width) WindowOf(DicomElements data)
    {
        double slope = data.Number("00281053") ?? 1, intercept = data.Number("00281052") ?? 0;
        return slope == 0 || data.Items("00283000").Count > 0 ? (null, null) : ((data.Number("00281050") - intercept) / slope, data.Number("00281051") / Math.Abs(slope));
    }

    /// <summary>Contrast Agent, Volume (ml) and Flow Rate (ml/s) stand in the file only where somebody typed them at the angiograph.</summary>
    private static RunAcquisition AcquisitionOf(DicomElements data) => new(
        Known(Said(data)), data.Number("00181510"), data.Number("00181511"), Full(data.Text("00180010")), Positive(data.Number("00181041")), Positive(Alone(data.Numbers("00181046"))))
    {
        Patient = Full(data.Text("00100020")),
        PatientIssuer = Full(data.Text("00100021")),
    };

    private static RunDescription RunOf(DicomElements data, int frames, int bitsStored)
    {
        FrameTimes? times = FrameTimes.Of(frames, data.Numbers("00181065"), data.Number("00181063"), data.Number("00180040"));
        int? sign = data.Whole("00281041");
        IntensityRelationship relationship = sign is 1 or -1 || (sign is null && !IsTurned(data)) ? RelationshipOf(data) : IntensityRelationship.Unknown;
        bool moved = data.Text("00181500") == "DYNAMIC" || data.Text("00181134") == "DYNAMIC" || MoveTags.Any(tag => Moves(data.Numbers(tag)));
        (MaskOperation operation, int[] mask) = Mask(data);
        return new RunDescription(times, relationship, bitsStored, operation, mask, moved) { FallsWithIntensity = sign == -1 };
    }

    private static IntensityRelationship RelationshipOf(DicomElements data) => data.Text("00281040") switch
    {
        "LIN" => IntensityRelationship.Linear,
        "LOG" => IntensityRelationship.Logarithmic,
        "DISP" => IntensityRelationship.Display,
        _ => IntensityRelationship.Unknown,
    };

    /// <summary>Without a Sign, MONOCHROME1 (XA knows MONOCHROME2 alone) or a falling Rescale Slope leaves it open which way the values run.</summary>
    private static bool IsTurned(DicomElements data) => data.Text("00280004") == "MONOCHROME1" || data.Number("00281053") < 0;

    /// <summary>Increments from frame to frame (degrees, mm) that add up to a move somewhere in the run.</summary>
    private static bool Moves(IReadOnlyList<double>? increments)
    {
        double sum = 0;
        return increments?.Any(step => Math.Abs(sum += step) > MostDrift) == true;
    }

    /// <summary>The first mask that the series asks for; frame numbers of DICOM count from 1.</summary>
    private static (MaskOperation Operation, int[] Frames) Mask(DicomElements data)
    {
        DicomElements? item = data.Items("00286100") is [var first, ..] ? first : null;
        return item?.Text("00286101") switch
        {
            "AVG_SUB" => (MaskOperation.Average, [.. (item.Value.Numbers("00286110") ?? []).Select(frame => (int)frame - 1)]),
            "TID" or "REV_TID" => (MaskOperation.InTime, []),
            _ => (MaskOperation.None, []),
        };
    }

    /// <summary>Image Laterality (0020,0062) is of the picture, Laterality (0020,0060) of its series, which may show both.</summary>
    private static string? Said(DicomElements data) => (data.Text("00200062"), data.Text("00200060")) switch
    {
        ("B", _) or ("R", "L") or ("L", "R") => BothSides,
        (("R" or "L") and var image, _) => image,
        (_, ("R" or "L" or BothSides) and var series) => series,
        _ => null,
    };

    private static string? Known(string? side) => side is "R" or "L" ? side : null;

    /// <summary>Several rates in one injection are no rate.</summary>
    private static double? Alone(IReadOnlyList<double>? values) => values is { Count: > 0 } && values.All(v => v == values[0]) ? values[0] : null;

    /// <summary>No contrast medium is 0 ml of it: a field left at 0 says nothing.</summary>
    private static double? Positive(double? amount) => amount > 0 ? amount : null;

    private static string? Full(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
