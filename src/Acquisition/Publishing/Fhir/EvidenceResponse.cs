using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>The evidence sheet as a QuestionnaireResponse: answers as entered, each with references to what supports it.</summary>
/// <remarks>Observations are referenced by the identifier they were sent under, frames by the DICOM instance: the response stands beside the session's bundle and repeats no number.</remarks>
public static class EvidenceResponse
{
    private const string YesNo = "http://terminology.hl7.org/CodeSystem/v2-0136";

    private static readonly JsonSerializerOptions Json = new JsonSerializerOptions { WriteIndented = true }.ForFhir(ModelInfo.ModelInspector);

    public static string Text(ExaminationEvidence evidence) => JsonSerializer.Serialize(Of(evidence), Json);

    public static QuestionnaireResponse Of(ExaminationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        EvidenceSheet sheet = evidence.Sheet;
        QuestionnaireResponse response = new()
        {
            Identifier = new Identifier(Systems.ResultId, Identifiers.Version5(evidence.Examination, $"pdva-evidence/{evidence.Limb}").ToString()),
            Questionnaire = Systems.EvidenceQuestionnaire,
            Status = sheet.State == EvidenceSheet.Incomplete ? QuestionnaireResponse.QuestionnaireResponseStatus.InProgress : QuestionnaireResponse.QuestionnaireResponseStatus.Completed,
            Authored = evidence.Entries.EnteredAt.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
            Author = new ResourceReference { Type = "Practitioner", Display = evidence.Entries.EnteredBy },
            Item = [.. sheet.Lines.GroupBy(l => l.Question.Step).Select(Step)],
        };
        if (evidence.Simulated)
        {
            response.Meta = new Meta { Security = [new Coding(Systems.ActReason, "HTEST", "test health data")] };
        }

        if (evidence is { Patient: { } patient, PatientSystem: { } system })
        {
            response.Subject = new ResourceReference { Type = "Patient", Identifier = new Identifier(system, patient) };
        }

        response.Item.Add(Words("state", "State of the checklist as entered; not an indication", [sheet.State]));
        response.Item.Add(Words("limb", "Limb", [evidence.Limb]));
        AddWords(response, "reasons", "Definite failures", sheet.Reasons);
        AddWords(response, "missing", "Missing", sheet.Missing);
        AddWords(response, "beside", "Beside the steps", evidence.Beside);
        response.Item.Add(Words("rule-version", "Version of the rule set", [evidence.RuleVersion]));
        return response;
    }

    private static QuestionnaireResponse.ItemComponent Step(IGrouping<int, EvidenceLine> step) => new()
    {
        LinkId = step.Key.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Text = ChecklistQuestion.StepName(step.Key),
        Item = [.. step.SelectMany(Line)],
    };

    private static IEnumerable<QuestionnaireResponse.ItemComponent> Line(EvidenceLine line)
    {
        QuestionnaireResponse.ItemComponent question = new() { LinkId = line.Question.Key, Text = line.Question.Text };
        if (line.Answer != ChecklistAnswer.Unknown)
        {
            bool yes = line.Answer == ChecklistAnswer.Yes;
            question.Answer.Add(new QuestionnaireResponse.AnswerComponent { Value = new Coding(YesNo, yes ? "Y" : "N", yes ? "Yes" : "No") });
        }

        yield return question;
        if (line.Support.Count > 0)
        {
            yield return new QuestionnaireResponse.ItemComponent
            {
                LinkId = line.Question.Key + ".support",
                Text = "What it rests on",
                Answer = [.. line.Support.Select(s => new QuestionnaireResponse.AnswerComponent { Value = Support(s) })],
            };
        }
    }

    private static DataType Support(EvidenceLink link) => link.Kind switch
    {
        EvidenceKind.Statement => new FhirString(link.Words),
        EvidenceKind.Frame => new ResourceReference
        {
            Type = "ImagingStudy",
            Identifier = new Identifier("urn:dicom:uid", "urn:oid:" + link.Reference.Split('#')[0]),
            Display = $"frame {link.Reference.Split('#')[1]}{(link.Words.Length > 0 ? $": {link.Words}" : "")}",
        },
        _ => new ResourceReference { Type = "Observation", Identifier = new Identifier(Systems.ResultId, link.Reference), Display = link.Words },
    };

    private static void AddWords(QuestionnaireResponse response, string key, string text, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            response.Item.Add(Words(key, text, words));
        }
    }

    private static QuestionnaireResponse.ItemComponent Words(string key, string text, IReadOnlyList<string> words) => new()
    {
        LinkId = key,
        Text = text,
        Answer = [.. words.Select(w => new QuestionnaireResponse.AnswerComponent { Value = new FhirString(w) })],
    };
}
