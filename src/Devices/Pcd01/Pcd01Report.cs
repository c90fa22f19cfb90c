using System.Globalization;

namespace Vascular.Devices.Pcd01;

/// <summary>A message of device observations (IHE PCD-01, ORU^R01).</summary>
/// <param name="ControlId">MSH-10: names the message in its acknowledgement; a message sent again has the same one.</param>
/// <param name="Type">MSH-9, for instance <c>ORU^R01</c>, first two components.</param>
/// <param name="Processing">MSH-11: P production, T training, D debugging.</param>
/// <param name="Version">MSH-12.</param>
/// <param name="SentAt">MSH-7 as sent.</param>
/// <param name="AcceptAcknowledgement">MSH-15: AL, NE, ER, SU or empty.</param>
/// <param name="ApplicationAcknowledgement">MSH-16: likewise.</param>
public sealed record Pcd01Report(
    string ControlId, string Type, string Processing, string Version, string SentAt, string AcceptAcknowledgement, string ApplicationAcknowledgement,
    string SendingApplication, string SendingFacility, string ReceivingApplication, string ReceivingFacility)
{
    /// <summary>Device observations, which is all that is read here.</summary>
    public bool IsObservations => Type == "ORU^R01";

    /// <summary>A version whose MSH and OBX fields stand where they are read.</summary>
    public bool IsKnownVersion => Version is "2.5" or "2.5.1" or "2.6" or "2.7" or "2.8";

    /// <summary>Not of a patient, by the sender's word.</summary>
    public bool IsTest => Processing is "T" or "D";

    public string PatientId { get; init; } = "";

    public IReadOnlyList<Pcd01Observation> Observations { get; init; } = [];
}

/// <summary>One OBX.</summary>
/// <param name="Code">OBX-3.1, partition × 65536 + term; 0 when it is no number.</param>
/// <param name="RefId">OBX-3.2, for instance MDC_O2_TCUT.</param>
/// <param name="Path">OBX-4: MDS.VMD.channel.metric; several sites differ in the channel.</param>
/// <param name="Value">OBX-5 of a numeric; null when empty or no number.</param>
/// <param name="Unit">OBX-6.1.</param>
/// <param name="Status">OBX-11: R, F, X and others.</param>
/// <param name="At">OBX-14, without its time zone; null when absent.</param>
/// <param name="Site">OBX-20.1 (or .2): where the sender says the sensor sits.</param>
public sealed record Pcd01Observation(int Code, string RefId, string Path, decimal? Value, string Unit, string Status, DateTime? At, string Site)
{
    private const decimal MmHgPerKPa = 7.50062m;

    /// <summary>Channel number of the path, its third part; 0 when there is none.</summary>
    public int Channel => Path.Split('.') is [_, _, var channel, ..] && int.TryParse(channel, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    /// <summary>What the status allows to be used: results that are not withdrawn, with a value.</summary>
    public decimal? Usable => Status is "R" or "F" or "C" or "P" ? Value : null;

    /// <summary>A pressure in mmHg; null without a usable value or in a unit that is none of those known.</summary>
    public decimal? UsableMmHg => Unit switch
    {
        "266016" or "MDC_DIM_MMHG" or "mm[Hg]" => Usable,
        "kPa" or "MDC_DIM_KILO_PASCAL" => Usable * MmHgPerKPa,
        _ => null,
    };
}

/// <summary>Codes read here. The transcutaneous numbers are computed from 11073 term codes and not yet checked in the published tables.</summary>
public static class Pcd01Codes
{
    public const int TcpO2 = 151760;
    public const int TcpCO2 = 151756;
    public const int PulseRate = 149530;
    public const int Systolic = 150033;
    public const int Diastolic = 150034;
    public const int Mean = 150035;
}
