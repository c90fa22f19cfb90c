using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vascular.Devices.Angiography;

/// <summary>QIDO-RS: what the archive holds.</summary>
public sealed partial class DicomWebArchive
{
    /// <summary>Answers asked for at once.</summary>
    private const int PageSize = 100;

    /// <summary>Of one search: what lists more has no end.</summary>
    private const int MostListed = 100_000;

    /// <summary>Warning of a server that hands out fewer at once than it was asked for.</summary>
    private const int MoreResults = 299;

    // Issuer of Patient ID and the number of instances are not among what an archive must say unasked
    private const string StudyFields = "includefield=00100021&includefield=00100040&includefield=00081030&includefield=00201208";
    private const string InstanceFields = "includefield=00080060&includefield=00080016";

    public async IAsyncEnumerable<StudyHeader> StudiesAsync(string modality, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (DicomElements study in PagesAsync($"studies?ModalitiesInStudy={Uri.EscapeDataString(modality)}&{StudyFields}", cancel))
        {
            if (HeaderOf(study) is { } header)
            {
                yield return header;
            }
        }
    }

    public async Task<StudyHeader?> StudyAsync(string study, CancellationToken cancel)
    {
        await foreach (DicomElements found in PagesAsync($"studies?StudyInstanceUID={Uri.EscapeDataString(study)}&{StudyFields}", cancel))
        {
            // an archive that does not know the key answers with everything it holds
            if (HeaderOf(found) is { } header && header.Study == study)
            {
                return header;
            }
        }

        return null;
    }

    public async IAsyncEnumerable<InstanceHeader> InstancesAsync(string study, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (DicomElements found in PagesAsync($"studies/{Uri.EscapeDataString(study)}/instances?{InstanceFields}", cancel))
        {
            if (Uid(found, "0020000E") is { } series && Uid(found, "00080018") is { } instance)
            {
                yield return new InstanceHeader(study, series, instance, Full(found.Text("00080060")), Full(found.Text("00080016")));
            }
        }
    }

    private static StudyHeader? HeaderOf(DicomElements study) => Uid(study, "0020000D") is not { } uid
        ? null
        : new StudyHeader(
            uid, Full(study.Text("00100020")), Full(study.Text("00100021")), Full(study.Text("00100040")), Full(study.Text("00080050")), Full(study.Text("00080020")), Full(study.Text("00081030")),
            study.Whole("00201208"));

    /// <summary>An answer without a UID names nothing that could be asked for.</summary>
    private static string? Uid(DicomElements data, string tag) => data.Text(tag) is { Length: > 0 and <= 64 } uid && uid.All(c => char.IsAsciiDigit(c) || c == '.') ? uid : null;

    private static string? Full(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>All pages of a search. The end is a page that is not full, unless the archive says that there is more (PS3.18, Warning 299), or one that brings nothing new: not every archive knows offset.</summary>
    private async IAsyncEnumerable<DicomElements> PagesAsync(string search, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? first = null;
        for (int offset = 0; ;)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{search}&limit={PageSize}&offset={offset}");
            using HttpResponseMessage answer = await SendAsync(path, "application/dicom+json", cancel, HttpStatusCode.NoContent, HttpStatusCode.NotFound);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                // nothing found, or a study that is gone
                yield break;
            }

            using JsonDocument page = await JsonAsync(answer, path, cancel);
            int count = page.RootElement.ValueKind == JsonValueKind.Array ? page.RootElement.GetArrayLength() : throw new AngiogramException($"the archive's answer to {path} is no list");
            string? start = count == 0 ? null : Convert.ToHexString(SHA256.HashData(JsonMarshal.GetRawUtf8Value(page.RootElement[0])));      // its bytes: they may be no text
            if (start is null || start == first)
            {
                yield break;
            }

            first ??= start;
            foreach (JsonElement element in page.RootElement.EnumerateArray())
            {
                yield return new DicomElements(element);
            }

            offset += count;
            if (count < PageSize && answer.Headers.Warning.All(w => w.Code != MoreResults))
            {
                yield break;
            }

            if (offset >= MostListed)
            {
                throw new AngiogramException($"the archive lists {offset} and more answers to {search}");
            }
        }
    }
}
