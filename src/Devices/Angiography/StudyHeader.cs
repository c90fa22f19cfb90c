namespace Vascular.Devices.Angiography;

/// <summary>A study as an archive lists it (QIDO-RS). What the sender left out is null, never guessed.</summary>
/// <param name="Study">Study Instance UID.</param>
/// <param name="PatientId">Patient ID as sent.</param>
/// <param name="PatientSex">M, F or O.</param>
/// <param name="Date">Study Date as written, YYYYMMDD.</param>
/// <param name="Instances">Number of Study Related Instances: whether something came since it was last looked at. Null where the archive does not count.</param>
public sealed record StudyHeader(string Study, string? PatientId, string? PatientIssuer, string? PatientSex, string? Accession, string? Date, string? Description, int? Instances);

/// <summary>An object of a study as an archive lists it (QIDO-RS).</summary>
/// <param name="Modality">XA, DX, CR, SR …</param>
/// <param name="SopClass">SOP Class UID; null where the archive does not say it.</param>
public sealed record InstanceHeader(string Study, string Series, string Instance, string? Modality, string? SopClass)
{
    /// <summary>An angiogram, or a film of the foot: what is looked at here. Reports and curves, our own among them, are not.</summary>
    public bool IsPicture => Modality is "XA" or "DX" or "CR";
}
