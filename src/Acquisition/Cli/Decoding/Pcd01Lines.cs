using System.Buffers;
using System.Text.Json;
using Vascular.Devices.Pcd01;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>IHE PCD-01 over MLLP: a line for each message, with its numeric observations.</summary>
public sealed class Pcd01Lines(IBufferWriter<byte> lines) : FrameLines(Mllp.LongestLook, lines)
{
    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = Mllp.TryRead(ref wire, out ReadOnlySequence<byte> message, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        fault = Pcd01Codec.Parse(message.ToArray(), out Pcd01Report? report);
        if (fault != WireFault.None)
        {
            return OperationStatus.InvalidData;
        }

        Write(BeginLine(Offset, "frame"), report!);
        EndLine();
        return status;
    }

    private static void Write(Utf8JsonWriter json, Pcd01Report report)
    {
        json.WriteString("type", report.Type);
        json.WriteString("control_id", report.ControlId);
        json.WriteString("version", report.Version);
        json.WriteString("processing", report.Processing);
        json.WriteString("patient_id", report.PatientId);
        json.WriteStartArray("observations");
        foreach (Pcd01Observation observation in report.Observations)
        {
            json.WriteStartObject();
            json.WriteNumber("code", observation.Code);
            json.WriteString("ref_id", observation.RefId);
            json.WriteString("path", observation.Path);
            WriteNumber(json, "value", observation.Value);
            json.WriteString("unit", observation.Unit);
            json.WriteString("status", observation.Status);
            WriteTime(json, "device_time", observation.At);
            json.WriteString("site", observation.Site.Length > 0 ? observation.Site : null);
            (string? name, decimal? value) = observation.Code switch
            {
                Pcd01Codes.TcpO2 => ("tcpo2_mmHg", observation.UsableMmHg),
                Pcd01Codes.TcpCO2 => ("tcpco2_mmHg", observation.UsableMmHg),
                Pcd01Codes.Systolic => ("systolic_mmHg", observation.UsableMmHg),
                Pcd01Codes.Diastolic => ("diastolic_mmHg", observation.UsableMmHg),
                Pcd01Codes.Mean => ("mean_mmHg", observation.UsableMmHg),
                Pcd01Codes.PulseRate => ("pulse_per_min", observation.Usable),
                _ => (null, (decimal?)null),
            };
            if (name is not null)
            {
                WriteNumber(json, name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
